#[test_only]
/// Replays windows that the Java kernel has rated; the tests that call this are generated from its
/// vectors (`tool/ratings.mjs`).
module vramhub::rating_windows;

use std::{bcs, hash};
use std::unit_test::assert_eq;
use sui::bcs as reader;
use vramhub::openskill::{Self, Rating};
use vramhub::shares;
use vramhub::signed;

/// Ratings from the BCS of `vector<Rating>`.
public fun ratings(bytes: vector<u8>): vector<Rating> {
    let mut bytes = reader::new(bytes);
    let ratings = vector::tabulate!(bytes.peel_vec_length(), |_| {
        let mu = signed::new(bytes.peel_bool(), bytes.peel_u64());
        openskill::for_testing(mu, bytes.peel_u64())
    });
    assert!(bytes.into_remainder_bytes().is_empty());
    ratings
}

/// Rates one window and compares the SHA-256 of all ratings after it, and of the shares of a pay that
/// everyone earns. `ranking` is the BCS of the
/// groups that tie, a `vector<vector<u8>>` of places in `ratings`, best first; who is in none was
/// absent.
public fun replay(ratings: &mut vector<Rating>, ranking: vector<u8>, expected: vector<u8>) {
    let mut ranking = reader::new(ranking);
    let places = vector::tabulate!(ranking.peel_vec_length(), |_| ranking.peel_vec_u8());
    let groups = places.map_ref!(|group| group.map_ref!(|place| ratings[*place as u64]));
    let updated = openskill::updated(&groups);
    ratings.do_mut!(|rating| *rating = rating.drifted());
    let mut next = 0;
    places.do!(|group| group.do!(|place| {
        *&mut ratings[place as u64] = updated[next];
        next = next + 1;
    }));
    let mut outcome = bcs::to_bytes(ratings);
    let ordinals = ratings.map_ref!(|rating| rating.ordinal());
    outcome.append(bcs::to_bytes(&shares::of_skill(&ordinals)));
    assert_eq!(hash::sha2_256(outcome), expected);
}
