/// The gradients that are merged (protocol section 7): the eligible miners of the window, best first by
/// the conservative skill after it, equal ones by uid, at most `top_g`.
module vramhub::top_g;

use std::bcs;
use vramhub::canonical_hash;
use vramhub::signed::Signed;
use vramhub::sorting::sorted;

const DOMAIN: vector<u8> = b"vramhub/top-g/1";

/// One eligible miner.
public struct Candidate has copy, drop {
    miner: u64,
    ordinal: Signed,
    content_hash: vector<u8>,
}

public(package) fun new_candidate(
    miner: u64,
    ordinal: Signed,
    content_hash: vector<u8>,
): Candidate {
    Candidate { miner, ordinal, content_hash }
}

/// The merged miners, best first, of candidates by uid.
public(package) fun select(candidates: vector<Candidate>, most: u64): vector<Candidate> {
    let best_first = sorted!(candidates, |a, b| b.ordinal.at_most(&a.ordinal));
    vector::tabulate!(best_first.length().min(most), |i| best_first[i])
}

/// Binds the merged set: `H("vramhub/top-g/1" | BCS of {window: u64, members: vector<{uid: u64,
/// content_hash: [32]}>})`, in merge order.
public(package) fun digest(window: u64, members: &vector<Candidate>): vector<u8> {
    let mut bytes = bcs::to_bytes(&window);
    // The members' number as BCS writes the length of a vector.
    bytes.append(length_prefix(members.length()));
    members.do_ref!(|member| {
        bytes.append(bcs::to_bytes(&member.miner));
        bytes.append(member.content_hash);
    });
    canonical_hash::of(DOMAIN, vector[bytes])
}

fun length_prefix(mut length: u64): vector<u8> {
    let mut bytes = vector[];
    while (length >= 0x80) {
        bytes.push_back((length & 0x7F | 0x80) as u8);
        length = length >> 7;
    };
    bytes.push_back(length as u8);
    bytes
}

public fun miner(self: &Candidate): u64 { self.miner }
