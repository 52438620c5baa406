/// Which validators score which miner (protocol section 6): `scorers_per_miner` of the window's
/// validators, or all if there are fewer, drawn by the evaluation seed and so unknown before the
/// commit deadline.
///
/// The draw: validators ascend by `H("vramhub/scorers/1" | seed | miner u64 | validator u64)`, and the
/// first are taken; hashes compare byte by byte, each byte signed. Every set of that size is equally
/// likely, whatever the stakes.
module vramhub::scorer_assignment;

use std::bcs;
use sui::address;
use vramhub::canonical_hash;
use vramhub::peer_registry::Bond;

const DOMAIN: vector<u8> = b"vramhub/scorers/1";

/// The sign of each byte. Flipped, signed bytes order like the number they spell.
const SIGN_BITS: u256 = 0x8080808080808080808080808080808080808080808080808080808080808080;

/// The miner's scorers as ascending places in the bonds, which are by uid.
public(package) fun scorers(
    evaluation_seed: &vector<u8>,
    bonds: &vector<Bond>,
    miner: u64,
    count: u64,
): vector<u64> {
    let validators = bonds.length();
    if (validators <= count) return vector::tabulate!(validators, |place| place);
    let ranks = bonds.map_ref!(|bond| rank(evaluation_seed, miner, bond.validator()));
    // The scorers are those whose rank fewer than `count` others beat.
    let mut places = vector[];
    validators.do!(|place| {
        let rank = ranks[place];
        if (ranks.count!(|other| *other < rank) < count) places.push_back(place);
    });
    places
}

/// The hash as a number that orders like its signed bytes. Two validators never share one: their
/// uids differ.
fun rank(evaluation_seed: &vector<u8>, miner: u64, validator: u64): u256 {
    let hash = canonical_hash::of(
        DOMAIN,
        vector[*evaluation_seed, bcs::to_bytes(&miner), bcs::to_bytes(&validator)],
    );
    address::from_bytes(hash).to_u256() ^ SIGN_BITS
}
