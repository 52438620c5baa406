#[test_only]
module vramhub::canonical_hash_tests;

use std::unit_test::assert_eq;
use vramhub::canonical_hash;

#[test]
fun prefixes_the_domain_and_every_part_with_its_length() {
    assert_eq!(
        canonical_hash::of(b"a", vector[b"bc", b""]),
        std::hash::sha2_256(x"016102626300"),
    );
}
