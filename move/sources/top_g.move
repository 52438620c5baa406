/// The gradients that are merged (protocol section 7): the eligible miners of the window, best first by
/// the conservative skill after it, equal ones by uid, at most `top_g`.
module vramhub::top_g;

use std::bcs;
use sui::address;
use vramhub::canonical_hash;
use vramhub::signed::Signed;
use vramhub::sorting::sorted;

const DOMAIN: vector<u8> = b"vramhub/top-g/1";

/// One eligible miner.
public struct Candidate has copy, drop {
    ordinal: Signed,
    member: Member,
}

/// One merged gradient; its BCS, and that of the set, is what the digest binds.
public struct Member has copy, drop {
    miner: u64,
    content_hash: address,
}

public struct MergedSet has copy, drop {
    window: u64,
    members: vector<Member>,
}

public(package) fun new_candidate(
    miner: u64,
    ordinal: Signed,
    content_hash: vector<u8>,
): Candidate {
    Candidate { ordinal, member: Member { miner, content_hash: address::from_bytes(content_hash) } }
}

/// The merged set of a window, best first, from candidates by uid.
public(package) fun select(window: u64, candidates: vector<Candidate>, most: u64): MergedSet {
    let best_first = sorted!(candidates, |a, b| b.ordinal.at_most(&a.ordinal));
    let members = vector::tabulate!(best_first.length().min(most), |i| best_first[i].member);
    MergedSet { window, members }
}

/// `H("vramhub/top-g/1" | BCS of {window: u64, members: vector<{uid: u64, content_hash: [32]}>})`, the
/// members in merge order.
public(package) fun digest(self: &MergedSet): vector<u8> {
    canonical_hash::of(DOMAIN, vector[bcs::to_bytes(self)])
}

public(package) fun miners(self: &MergedSet): vector<u64> {
    self.members.map_ref!(|member| member.miner)
}
