#[test_only]
module vramhub::fixed_point_tests;

use vramhub::fixed_point::{exp_of_minus, root, rounded, rounded_root, times_over};

const E24: u256 = 1_000_000_000_000_000_000_000_000;
const LARGEST: u256 = 0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff;

/// `exp(-1)` and `exp(-3)` to 22 digits, `exp(-30)` to all it has, from the literature.
#[test]
fun the_exponential_is_exact_to_the_twenty_second_digit() {
    assert!(exp_of_minus(0) == E24);
    assert!(exp_of_minus(E24) / 100 == 3_678_794_411_714_423_215_955);
    assert!(exp_of_minus(3 * E24) / 100 == 497_870_683_678_639_429_793);
    assert!(exp_of_minus(30 * E24) == 93_576_229_688);
    assert!(exp_of_minus(500 * E24) == exp_of_minus(30 * E24));
}

#[random_test]
fun the_exponential_falls(x: u64, step: u32) {
    // Up to 18.4, where a step of 1e-15 is still above the error.
    let argument = (x as u256) * 1_000_000;
    let further = argument + (step as u256 + 1) * 1_000_000_000;
    assert!(exp_of_minus(argument) >= exp_of_minus(further));
}

#[test]
fun roots_of_squares_and_of_their_neighbours() {
    assert!(root(0) == 0 && root(1) == 1 && root(3) == 1 && root(4) == 2);
    assert!(root(LARGEST) == 0xffffffffffffffffffffffffffffffff);
    let mut r: u256 = 2;
    while (r < 1 << 127) {
        assert!(root(r * r) == r);
        assert!(root(r * r - 1) == r - 1);
        assert!(root(r * r + 2 * r) == r);
        r = r * 3;
    }
}

#[random_test]
fun a_root_is_the_floor(high: u128, low: u128) {
    let value = (high as u256 << 64) + (low as u256 >> 64);
    let r = root(value);
    assert!(r * r <= value && value < (r + 1) * (r + 1));
}

#[test]
fun roots_round_to_the_nearest() {
    assert!(rounded_root(6) == 2); // 2.449
    assert!(rounded_root(7) == 3); // 2.646
    assert!(rounded_root(12) == 3); // 3.464
    assert!(rounded_root(13) == 4); // 3.606
}

#[test]
fun quotients_round_halves_upward() {
    assert!(rounded(14, 4) == 4);
    assert!(rounded(13, 4) == 3);
    assert!(rounded(7, 7) == 1);
    assert!(times_over(7, 3, 2) == 10);
}

#[test, expected_failure(arithmetic_error, location = vramhub::fixed_point)]
fun a_product_that_does_not_fit_aborts() {
    times_over(LARGEST, 2, 2);
}
