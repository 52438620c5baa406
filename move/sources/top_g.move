/// The gradients that are merged (protocol section 7): the eligible miners of the window, best first by
/// the conservative skill after it, equal ones by uid, at most `top_g`.
module vramhub::top_g;

use std::bcs;
use sui::address;
use vramhub::canonical_hash;
use vramhub::signed::Signed;
use vramhub::sorting::insert_sorted;

const DOMAIN: vector<u8> = b"vramhub/top-g/1";

/// The best eligible miners looked at so far.
public struct Selection has drop, store {
    best: vector<Candidate>,
    most: u64,
}

public struct Candidate has copy, drop, store {
    ordinal: Signed,
    member: Member,
}

/// One merged gradient; its BCS, and that of the set, is what the digest binds.
public struct Member has copy, drop, store {
    miner: u64,
    content_hash: address,
}

public struct MergedSet has copy, drop {
    window: u64,
    members: vector<Member>,
}

/// Begins a selection of at most so many.
public(package) fun new(most: u64): Selection {
    Selection { best: vector[], most }
}

/// Looks at one more eligible miner; they come by uid.
public(package) fun add(
    self: &mut Selection,
    miner: u64,
    ordinal: Signed,
    content_hash: vector<u8>,
) {
    let member = Member { miner, content_hash: address::from_bytes(content_hash) };
    insert_sorted!(&mut self.best, Candidate { ordinal, member }, |a, b| {
        b.ordinal.at_most(&a.ordinal)
    });
    if (self.best.length() > self.most) {
        self.best.pop_back();
    };
}

/// The merged set of a window, best first.
public(package) fun merged(self: &Selection, window: u64): MergedSet {
    MergedSet { window, members: self.best.map_ref!(|candidate| candidate.member) }
}

/// `H("vramhub/top-g/1" | BCS of {window: u64, members: vector<{uid: u64, content_hash: [32]}>})`, the
/// members in merge order.
public(package) fun digest(self: &MergedSet): vector<u8> {
    canonical_hash::of(DOMAIN, vector[bcs::to_bytes(self)])
}

public(package) fun miners(self: &MergedSet): vector<u64> {
    self.members.map_ref!(|member| member.miner)
}
