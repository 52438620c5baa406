#[test_only]
module vramhub::openskill_tests;

use vramhub::openskill::{Self, Rating};
use vramhub::signed;

fun rating(mu: u64, sigma: u64): Rating {
    openskill::for_testing(signed::from(mu), sigma)
}

/// The same round, to the last unit, as `PlackettLuceTest.givesTheseExactNanos` of the Java kernel.
#[test]
fun gives_these_exact_billionths() {
    let after = openskill::updated(&vector[
        vector[openskill::initial()],
        vector[openskill::for_testing(signed::new(true, 4_000_000_000), 6_000_000_000)],
        vector[
            rating(31_250_000_001, 2_718_281_828),
            rating(18_000_000_007, 4_141_592_653),
        ],
    ]);
    assert!(after == vector[
        rating(28_424_776_069, 8_150_735_992),
        openskill::for_testing(signed::new(true, 1_692_351_230), 5_979_778_902),
        rating(30_532_641_712, 2_713_050_509),
        rating(17_718_441_282, 4_113_694_553),
    ]);
}

#[test]
fun equal_entrants_that_tie_keep_their_mean_and_stay_equal() {
    let newcomer = openskill::initial();
    let after = openskill::updated(&vector[vector[newcomer, newcomer, newcomer]]);
    assert!(after.length() == 3);
    after.do_ref!(|each| assert!(each == after[0] && each.mu() == newcomer.mu()));
}

#[test]
fun a_lone_entrant_only_grows_less_certain() {
    let after = openskill::updated(&vector[vector[openskill::initial()]]);
    assert!(after[0].mu() == openskill::initial().mu());
    assert!(after[0].sigma() > openskill::initial().sigma());
}

#[test]
fun an_empty_round_has_no_ratings() {
    assert!(openskill::updated(&vector[]).is_empty());
    assert!(openskill::updated(&vector[vector[], vector[]]).is_empty());
}

#[test]
fun an_empty_group_changes_nothing() {
    let best = rating(30_000_000_000, 2_000_000_000);
    let worst = openskill::initial();
    assert!(
        openskill::updated(&vector[vector[], vector[best], vector[], vector[worst]])
            == openskill::updated(&vector[vector[best], vector[worst]]),
    );
}

#[random_test]
fun the_order_inside_a_group_changes_no_rating(mu: u32, sigma: u32, tied_mu: u32) {
    let a = rating((mu as u64) * 10, (sigma as u64) + 1);
    let b = rating((tied_mu as u64) * 10, 3_000_000_000);
    let last = openskill::initial();
    let one = openskill::updated(&vector[vector[a, b], vector[last]]);
    let other = openskill::updated(&vector[vector[b, a], vector[last]]);
    assert!(one[0] == other[1] && one[1] == other[0] && one[2] == other[2]);
}

#[random_test]
fun who_wins_rises_and_who_loses_falls(mu: u32, sigma: u32) {
    let winner = rating((mu as u64) * 10, (sigma as u64) + 100_000_000);
    let after = openskill::updated(&vector[vector[winner], vector[openskill::initial()]]);
    assert!(winner.mu().at_most(&after[0].mu()));
    assert!(after[1].mu().at_most(&openskill::initial().mu()));
}

/// The largest round of the network's size limits: the worst-rated wins and the best-rated loses.
#[test]
fun two_hundred_and_fifty_six_at_the_edges_fit() {
    let far = 1_000_000_000_000;
    let winners = vector::tabulate!(128, |_| openskill::for_testing(signed::new(true, far), far));
    let losers = vector::tabulate!(128, |_| openskill::for_testing(signed::from(far), far));
    assert!(openskill::updated(&vector[winners, losers]).length() == 256);
}

#[test]
fun absence_widens_up_to_a_newcomers_uncertainty() {
    let steady = rating(30_000_000_000, 2_000_000_000);
    // sqrt(4 + (25/300)^2)
    assert!(steady.drifted() == rating(30_000_000_000, 2_001_735_358));
    assert!(openskill::initial().drifted() == openskill::initial());
    let wide = rating(0, 9_000_000_000);
    assert!(wide.drifted() == wide);
    assert!(rating(0, 8_333_333_332).drifted().sigma() == openskill::initial().sigma());
}

#[test]
fun the_ordinal_is_the_mean_less_three_deviations() {
    assert!(openskill::initial().ordinal() == signed::from(1));
    assert!(rating(2_000_000_000, 1_000_000_000).ordinal() == signed::new(true, 1_000_000_000));
}
