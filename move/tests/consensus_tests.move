#[test_only]
module vramhub::consensus_tests;

use std::unit_test::assert_eq;
use vramhub::consensus::{Self, Line};
use vramhub::signed;

const ACCEPTED: u8 = 0;
const MISSING: u8 = 1;
const DUPLICATE: u8 = 7;

fun gains(validator: u64, stake: u64, heldout: u64, assigned: u64): Line {
    consensus::new_line(
        validator,
        stake,
        ACCEPTED,
        signed::from(heldout),
        signed::from(assigned),
    )
}

fun verdict(validator: u64, stake: u64, verdict: u8): Line {
    consensus::new_line(validator, stake, verdict, signed::zero(), signed::zero())
}

#[test]
fun equal_reports_are_the_outcome() {
    let outcome = consensus::of(&vector[gains(1, 10, 5, 6), gains(2, 20, 5, 6)]);
    assert!(outcome.is_accepted());
    assert_eq!(outcome.verdict(), consensus::accepted());
    assert_eq!(outcome.heldout_gain(), signed::from(5));
    assert_eq!(outcome.assigned_gain(), signed::from(6));
    assert_eq!(outcome.deviators(), vector[]);
}

#[test]
fun one_of_three_moves_nothing_and_is_seen() {
    let outcome = consensus::of(&vector[
        gains(1, 10, 5, 6),
        gains(2, 10, 5_000_000, 6),
        gains(3, 10, 5, 6),
    ]);
    assert_eq!(outcome.heldout_gain(), signed::from(5));
    assert_eq!(outcome.deviators(), vector[2]);
}

#[test]
fun of_two_equal_validators_nobody_is_blamed_and_the_lower_gain_counts() {
    let outcome = consensus::of(&vector[gains(1, 10, 9, 6), gains(2, 10, 5, 6)]);
    assert_eq!(outcome.heldout_gain(), signed::from(5));
    assert_eq!(outcome.deviators(), vector[]);
}

#[test]
fun stake_counts_not_heads() {
    let outcome = consensus::of(&vector[
        gains(1, 10, 1, 1),
        gains(2, 10, 1, 1),
        gains(3, 21, 7, 7),
    ]);
    assert_eq!(outcome.heldout_gain(), signed::from(7));
    assert_eq!(outcome.deviators(), vector[1, 2]);
}

#[test]
fun a_median_of_different_gains_may_be_nobodys_pair() {
    let outcome = consensus::of(&vector[gains(1, 10, 1, 9), gains(2, 10, 2, 7), gains(3, 10, 3, 8)]);
    assert_eq!(outcome.heldout_gain(), signed::from(2));
    assert_eq!(outcome.assigned_gain(), signed::from(8));
    assert_eq!(outcome.deviators(), vector[]);
}

#[test]
fun losses_order_below_gains() {
    let loss = consensus::new_line(2, 10, ACCEPTED, signed::new(true, 9), signed::new(true, 1));
    let outcome = consensus::of(&vector[gains(1, 10, 3, 3), loss, gains(3, 10, 4, 4)]);
    assert_eq!(outcome.heldout_gain(), signed::from(3));
}

#[test]
fun the_verdict_with_the_most_stake_counts() {
    let outcome = consensus::of(&vector[
        gains(1, 10, 5, 5),
        verdict(2, 30, DUPLICATE),
        verdict(3, 15, MISSING),
    ]);
    assert!(!outcome.is_accepted());
    assert_eq!(outcome.verdict(), DUPLICATE);
    assert_eq!(outcome.heldout_gain(), signed::zero());
    assert_eq!(outcome.deviators(), vector[1, 3]);
}

#[test]
fun a_tie_of_verdicts_goes_to_the_lower_number() {
    let tie = consensus::of(&vector[verdict(1, 10, DUPLICATE), verdict(2, 10, MISSING)]);
    assert_eq!(tie.verdict(), MISSING);
    let accepted = consensus::of(&vector[verdict(1, 10, MISSING), gains(2, 10, 5, 5)]);
    assert!(accepted.is_accepted());
    assert_eq!(accepted.heldout_gain(), signed::from(5));
}

#[test]
fun a_report_without_stake_is_better_than_none() {
    assert_eq!(consensus::of(&vector[verdict(1, 0, DUPLICATE)]).verdict(), DUPLICATE);
}

#[test]
fun stakes_near_the_limit_do_not_overflow() {
    let most = std::u64::max_value!();
    let outcome = consensus::of(&vector[gains(1, most, 5, 5), gains(2, most, 5, 5), gains(3, 1, 1, 1)]);
    assert_eq!(outcome.heldout_gain(), signed::from(5));
    assert_eq!(outcome.deviators(), vector[3]);
}

#[test]
fun lines_are_kept_by_validator() {
    let mut lines = vector[];
    vector[4, 1, 3, 2].do!(|validator| consensus::add(&mut lines, gains(validator, 1, 1, 1)));
    assert_eq!(lines.map!(|line| line.line_validator()), vector[1, 2, 3, 4]);
    assert!(consensus::is_verdict(7) && !consensus::is_verdict(8));
}

/// The median is one of the values, and at least half of the stake stands on either side of it.
#[random_test]
fun the_median_halves_the_stake(a: u64, b: u64, c: u64, x: u16, y: u16, z: u16) {
    let (x, y, z) = ((x as u64) + 1, (y as u64) + 1, (z as u64) + 1);
    let outcome = consensus::of(&vector[gains(1, x, a, a), gains(2, y, b, b), gains(3, z, c, c)]);
    let median = outcome.heldout_gain().magnitude();
    assert!(median == a || median == b || median == c);
    let not_above = (if (a <= median) x else 0) + (if (b <= median) y else 0)
        + (if (c <= median) z else 0);
    let below = (if (a < median) x else 0) + (if (b < median) y else 0)
        + (if (c < median) z else 0);
    assert!(not_above * 2 >= x + y + z && below * 2 < x + y + z);
}
