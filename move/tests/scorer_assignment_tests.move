#[test_only]
module vramhub::scorer_assignment_tests;

use std::unit_test::assert_eq;
use vramhub::peer_registry::{Self, Bond};
use vramhub::scorer_assignment::scorers;
use vramhub::world;

fun bonds(count: u64): vector<Bond> {
    vector::tabulate!(count, |i| peer_registry::bond_for_testing(i + 1, 10_000_000_000))
}

/// What the class `ScorerAssignment` of the Java kernel draws for the same seed.
#[test]
fun draws_what_the_java_kernel_draws() {
    let expected = vector[
        vector[15, 20, 29],
        vector[9, 17, 19],
        vector[3, 12, 31],
        vector[0, 2, 4],
        vector[3, 26, 27],
        vector[15, 17, 26],
        vector[18, 21, 27],
        vector[3, 9, 27],
        vector[2, 24, 26],
        vector[9, 27, 29],
        vector[5, 12, 31],
        vector[15, 24, 27],
        vector[10, 13, 23],
        vector[8, 14, 15],
        vector[2, 16, 24],
        vector[9, 20, 24],
    ];
    let bonds = bonds(32);
    16u64.do!(|i| {
        assert_eq!(scorers(&world::evaluation_seed(1), &bonds, i + 1, 3), expected[i]);
    });
}

#[test]
fun takes_all_if_there_are_no_more() {
    assert_eq!(scorers(&world::evaluation_seed(1), &bonds(3), 1, 3), vector[0, 1, 2]);
    assert_eq!(scorers(&world::evaluation_seed(1), &bonds(0), 1, 3), vector[]);
}

#[random_test]
fun always_draws_that_many_in_order(seed: vector<u8>, miner: u64, count: u8) {
    let count = 1 + (count as u64) % 40;
    let places = scorers(&std::hash::sha2_256(seed), &bonds(32), miner, count);
    assert_eq!(places.length(), count.min(32));
    places.length().do!(|i| {
        assert!(places[i] < 32);
        if (i > 0) assert!(places[i - 1] < places[i]);
    });
}
