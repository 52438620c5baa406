#[test_only]
module vramhub::payload_bound_tests;

use std::unit_test::assert_eq;
use vramhub::payload_bound;
use vramhub::world;

/// The numbers are those of `PayloadEnvelope.maximumBytes` for the same models.
#[test]
fun equals_the_bounds_of_the_java_kernel() {
    assert_eq!(world::parameters().maximum_payload_bytes(), 12_895);
    // Untied, with whole chunks and rests.
    assert_eq!(payload_bound::bytes(32_000, 4, 256, 128, 688, false, 32), 224_480);
    // A topk above every chunk keeps all values.
    assert_eq!(payload_bound::bytes(50, 2, 16, 16, 40, false, 4096), 15_743);
}
