/// Which validators score which miner (protocol section 6): `scorers_per_miner` of the window's
/// validators, or all if there are fewer, drawn by the evaluation seed and so unknown before the
/// commit deadline.
///
/// The draw: validators ascend by `H("vramhub/scorers/1" | seed | miner u64 | validator u64)`, and the
/// first are taken; hashes compare byte by byte, each byte signed. Every set of that size is equally
/// likely, whatever the stakes.
module vramhub::scorer_assignment;

use std::{bcs, hash};
use sui::address;
use vramhub::peer_registry::Bond;

const DOMAIN: vector<u8> = b"vramhub/scorers/1";

/// The sign of each byte. Flipped, signed bytes order like the number they spell.
const SIGN_BITS: u256 = 0x8080808080808080808080808080808080808080808080808080808080808080;

/// What is hashed for a miner and a validator. Its BCS is that of the domain and the parts, one byte
/// vector after the other, as every canonical hash is made; written in one piece, because a report may
/// have a thousand of them computed.
public struct Draw has drop {
    domain: vector<u8>,
    evaluation_seed: vector<u8>,
    miner: vector<u8>,
    validator: vector<u8>,
}

/// The miner's scorers as ascending places in the bonds, which are by uid.
public(package) fun scorers(
    evaluation_seed: &vector<u8>,
    bonds: &vector<Bond>,
    miner: u64,
    count: u64,
): vector<u64> {
    let validators = bonds.length();
    if (validators <= count) return vector::tabulate!(validators, |place| place);
    let mut draw = Draw {
        domain: DOMAIN,
        evaluation_seed: *evaluation_seed,
        miner: bcs::to_bytes(&miner),
        validator: vector[],
    };
    let ranks = bonds.map_ref!(|bond| {
        draw.validator = bcs::to_bytes(&bond.validator());
        draw.rank()
    });
    let last = lowest(&ranks, count);
    let mut places = vector[];
    validators.do!(|place| if (ranks[place] <= last) places.push_back(place));
    places
}

/// The greatest of the `count` lowest ranks. No two are equal, as no two validators have one uid.
fun lowest(ranks: &vector<u256>, count: u64): u256 {
    let mut last = 0;
    count.do!(|taken| {
        let mut next = std::u256::max_value!();
        ranks.do_ref!(|rank| if ((taken == 0 || *rank > last) && *rank < next) next = *rank);
        last = next;
    });
    last
}

/// The hash as a number that orders like its signed bytes.
fun rank(self: &Draw): u256 {
    address::from_bytes(hash::sha2_256(bcs::to_bytes(self))).to_u256() ^ SIGN_BITS
}
