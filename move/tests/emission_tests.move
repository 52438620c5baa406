#[test_only]
module vramhub::emission_tests;

use vramhub::emission;

const VRAM: u64 = 1_000_000_000;

#[test]
fun seventy_then_thirty_five_then_none() {
    assert!(emission::scheduled(0) == 70 * VRAM);
    assert!(emission::scheduled(6_999_930 * VRAM) == 70 * VRAM);
    assert!(emission::scheduled(7_000_000 * VRAM) == 35 * VRAM);
    assert!(emission::scheduled(10_499_965 * VRAM) == 35 * VRAM);
    assert!(emission::scheduled(emission::cap()) == 0);
    assert!(emission::scheduled(21_000_000 * VRAM) == 0);
}

#[test]
fun the_window_that_crosses_a_threshold_is_split() {
    // Half of the window issues 35 at the full rate, the other half 17.5 at the half rate.
    assert!(emission::scheduled(6_999_965 * VRAM) == 52_500_000_000);
    assert!(emission::scheduled(7_000_000 * VRAM - 1) == 1 + 34_999_999_999);
    assert!(emission::scheduled(10_499_999 * VRAM) == VRAM);
    assert!(emission::scheduled(emission::cap() - 1) == 1);
}

#[random_test]
fun never_issues_beyond_the_cap(issued: u64) {
    let issued = issued % (emission::cap() + 1);
    let amount = emission::scheduled(issued);
    assert!(amount <= 70 * VRAM && issued + amount <= emission::cap());
    assert!((amount == 0) == (issued == emission::cap()));
}
