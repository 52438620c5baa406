/// Hashes of several parts under a domain, as every node computes them: SHA-256 over the BCS byte
/// vectors of the domain and of each part.
module vramhub::canonical_hash;

use std::{bcs, hash};

public(package) fun of(domain: vector<u8>, parts: vector<vector<u8>>): vector<u8> {
    let mut bytes = bcs::to_bytes(&domain);
    parts.do!(|part| bytes.append(bcs::to_bytes(&part)));
    hash::sha2_256(bytes)
}
