#[test_only]
module vramhub::finalization_tests;

use std::unit_test::assert_eq;
use sui::event;
use vramhub::finalization::{Self, DeviationObserved, ValidatorJailed, WindowFinalized};
use vramhub::gradient_registry;
use vramhub::hparams;
use vramhub::openskill;
use vramhub::signed;
use vramhub::world::{Self, World};

const COIN: u64 = 1_000_000_000;

/// Opens a window in which the first so many miners commit, up to the opening of scoring.
fun committed(world: &mut World, window: u64, miners: u64) {
    // After the grace a window opens whatever became of the one before.
    world.at(window, 10_000);
    world.try_open(window);
    miners.do!(|i| world.commit(window, i + 1));
    world.open_scoring(window);
}

/// A report on the first so many miners: miner 1 gains the most.
fun honest(world: &mut World, window: u64, validator: u64, miners: u64) {
    let mut report = world.report(window, validator);
    miners.do!(|i| world::accept(&mut report, window, i + 1, 900 - 100 * i, 1_000));
    world.submit(validator, report);
}

/// A report of validator 3 that lies about miner 1.
fun lie(world: &mut World, window: u64) {
    let mut report = world.report(window, 3);
    world::accept(&mut report, window, 1, 9_999, 1_000);
    world.submit(3, report);
}

fun with_scoring(max_deviations: u32, threshold: signed::Signed, floor: u64, absences: u32): World {
    let mut parameters = world::parameters();
    parameters.set_scoring(hparams::new_scoring(
        b"strict-f32/1".to_string(),
        3,
        2,
        max_deviations,
        900_000_000,
        threshold,
        signed::from(floor),
        absences,
    ));
    world::begin_with(parameters)
}

#[test]
fun a_window_from_opening_to_pay() {
    let mut world = world::begin();
    world.populate(3, 3);
    committed(&mut world, 1, 2);
    3u64.do!(|i| honest(&mut world, 1, i + 1, 2));
    world.finalize(1);
    assert_eq!(event::events_by_type<WindowFinalized>().length(), 1);
    let round = world.rounds().round(1);
    assert!(round.is_final());
    assert_eq!(round.top_g(), vector[1, 2]);
    assert_eq!(round.top_g_digest().length(), 32);
    assert_eq!(world.rounds().finalized(), 1);
    // The whole emission goes out: 80 % to the miners, 15 % to the validators, 5 % to the treasury.
    assert_eq!(world.minter().issued(), 70 * COIN);
    assert_eq!(world.rewards().unclaimed(), 70 * COIN);
    assert_eq!(world.rewards().treasury_credit(), 3_500_000_000);
    let registry = world.registry();
    assert_eq!(registry.miner_credit(1) + registry.miner_credit(2), 56 * COIN);
    assert_eq!(registry.miner_credit(3), 0);
    3u64.do!(|i| assert_eq!(registry.validator_credit(i + 1), 3_500_000_000));
    // The better one gained, the absent one did not move.
    assert!(openskill::initial().mu().less_than(&registry.rating(1).mu()));
    assert_eq!(registry.rating(3), openskill::initial());
    assert_eq!(registry.scored_windows(1), 1);
    assert_eq!(registry.scored_windows(3), 0);
    assert_eq!(registry.absences(1), 0);
    assert_eq!(registry.absences(3), 1);
    // One positive sign in a hundred millionths: (1 - 0.9) * 1.
    assert_eq!(registry.proof_nanos(1), signed::from(100_000_000));
    world.end();
}

#[test]
fun the_result_does_not_depend_on_how_the_steps_are_spread() {
    let mut world = world::begin();
    world.populate(5, 3);
    committed(&mut world, 1, 4);
    2u64.do!(|i| honest(&mut world, 1, i + 1, 4));
    lie(&mut world, 1);
    world.at(2, 0);
    let mut calls = 1u64;
    while (!world.try_finalize(1, 1)) {
        assert!(finalization::is_under_way(world.rounds().round(1)));
        assert!(!world.rounds().round(1).is_final());
        assert_eq!(world.registry().miner_credit(1), 0);
        calls = calls + 1;
    };
    assert!(calls > 20);
    assert!(!finalization::is_under_way(world.rounds().round(1)));
    let spread = outcome(&world);
    world.end();
    assert_eq!(spread, GOLDEN_OUTCOME);
}

#[test]
fun the_result_in_one_call_is_the_same() {
    let mut world = world::begin();
    world.populate(5, 3);
    committed(&mut world, 1, 4);
    2u64.do!(|i| honest(&mut world, 1, i + 1, 4));
    lie(&mut world, 1);
    world.finalize(1);
    let at_once = outcome(&world);
    world.end();
    assert_eq!(at_once, GOLDEN_OUTCOME);
}

/// SHA-256 over everything the window left behind: the event, ratings, averages, absences, credits.
const GOLDEN_OUTCOME: vector<u8> = x"5adf3ebcba780f07f3fe1317981f28c3d96d3702b3a00548ef7c55476c4282a1";

fun outcome(world: &World): vector<u8> {
    let mut bytes = std::bcs::to_bytes(&event::events_by_type<WindowFinalized>());
    bytes.append(std::bcs::to_bytes(&event::events_by_type<DeviationObserved>()));
    let registry = world.registry();
    5u64.do!(|i| {
        let uid = i + 1;
        bytes.append(std::bcs::to_bytes(&registry.rating(uid)));
        bytes.append(std::bcs::to_bytes(&registry.proof_nanos(uid)));
        bytes.append(std::bcs::to_bytes(&registry.absences(uid)));
        bytes.append(std::bcs::to_bytes(&registry.miner_credit(uid)));
    });
    3u64.do!(|i| bytes.append(std::bcs::to_bytes(&registry.validator_credit(i + 1))));
    bytes.append(std::bcs::to_bytes(&world.rewards().treasury_credit()));
    std::hash::sha2_256(bytes)
}

#[test]
fun what_happens_between_the_steps_changes_nothing() {
    let mut world = world::begin();
    world.populate(5, 3);
    committed(&mut world, 1, 4);
    2u64.do!(|i| honest(&mut world, 1, i + 1, 4));
    lie(&mut world, 1);
    world.at(2, 0);
    assert!(!world.try_finalize(1, 6));
    world.as_sender(world::miner(2));
    let (scenario, clock, _, hparams, registry, _, _, _, _) = world.parts();
    registry.leave_miner(hparams, 2, clock, scenario.ctx());
    assert!(!world.try_finalize(1, 20));
    world.at(2, 10_000);
    world.try_open(2);
    assert!(world.try_finalize(1, 1_000));
    let between = outcome(&world);
    world.end();
    assert_eq!(between, GOLDEN_OUTCOME);
}

#[test]
fun nobody_reported_so_the_window_is_empty() {
    let mut world = world::begin();
    world.populate(2, 3);
    committed(&mut world, 1, 2);
    world.finalize(1);
    let round = world.rounds().round(1);
    assert!(round.is_final() && round.top_g().is_empty());
    assert!(!gradient_registry::has_committed(round, 1));
    assert_eq!(world.minter().issued(), 0);
    assert_eq!(world.registry().absences(2), 0);
    world.end();
}

#[test]
fun nobody_opened_scoring_so_the_window_is_empty() {
    let mut world = world::begin();
    world.populate(2, 3);
    world.open(1);
    world.commit(1, 1);
    world.finalize(1);
    assert!(world.rounds().round(1).top_g().is_empty());
    assert_eq!(world.minter().issued(), 0);
    world.end();
}

#[test]
fun one_report_is_below_the_quorum() {
    let mut world = world::begin();
    world.populate(2, 3);
    committed(&mut world, 1, 2);
    honest(&mut world, 1, 1, 2);
    world.finalize(1);
    assert_eq!(world.minter().issued(), 0);
    assert_eq!(world.registry().rating(1), openskill::initial());
    world.end();
}

#[test]
fun an_unscored_miner_is_neither_rated_nor_absent() {
    let mut world = world::begin();
    world.populate(2, 3);
    committed(&mut world, 1, 2);
    honest(&mut world, 1, 1, 2);
    honest(&mut world, 1, 2, 1);
    world.finalize(1);
    assert_eq!(world.rounds().round(1).top_g(), vector[1]);
    assert_eq!(world.registry().rating(2), openskill::initial());
    assert_eq!(world.registry().absences(2), 0);
    assert_eq!(world.registry().scored_windows(2), 0);
    // Validator 2 reported one of its two miners, validator 3 none.
    let registry = world.registry();
    assert_eq!(registry.validator_credit(1), 7 * COIN);
    assert_eq!(registry.validator_credit(2), 3_500_000_000);
    assert_eq!(registry.validator_credit(3), 0);
    world.end();
}

#[test]
fun a_rejected_gradient_ranks_last_and_earns_nothing() {
    let mut world = world::begin();
    world.populate(2, 2);
    committed(&mut world, 1, 2);
    2u64.do!(|i| {
        let mut report = world.report(1, i + 1);
        world::add(&mut report, 1, 1, 3, false, 0, false, 0);
        world::add(&mut report, 1, 2, 0, true, 50, true, 60);
        world.submit(i + 1, report);
    });
    world.finalize(1);
    let registry = world.registry();
    // A loss ranks before what was not accepted, but earns as little.
    assert!(registry.rating(1).mu().less_than(&registry.rating(2).mu()));
    assert_eq!(registry.miner_credit(1) + registry.miner_credit(2), 0);
    assert!(world.rounds().round(1).top_g().is_empty());
    assert_eq!(registry.proof_nanos(1), signed::zero());
    assert_eq!(registry.proof_nanos(2), signed::new(true, 100_000_000));
    // The miners' pool stays in the schedule.
    assert_eq!(world.minter().issued(), 14 * COIN);
    world.end();
}

#[test]
fun gains_up_to_the_floor_do_not_earn() {
    let mut world = with_scoring(3, signed::new(true, 1_000_000_000), 800, 5);
    world.populate(2, 2);
    committed(&mut world, 1, 2);
    2u64.do!(|i| honest(&mut world, 1, i + 1, 2));
    world.finalize(1);
    assert_eq!(world.rounds().round(1).top_g(), vector[1]);
    assert_eq!(world.registry().miner_credit(1), 56 * COIN);
    world.end();
}

#[test]
fun whoever_gains_as_much_elsewhere_is_not_eligible() {
    let mut world = with_scoring(3, signed::from(1), 0, 5);
    world.populate(2, 2);
    committed(&mut world, 1, 2);
    2u64.do!(|i| {
        let mut report = world.report(1, i + 1);
        world::accept(&mut report, 1, 1, 500, 500);
        world::accept(&mut report, 1, 2, 400, 401);
        world.submit(i + 1, report);
    });
    world.finalize(1);
    assert_eq!(world.registry().proof_nanos(1), signed::zero());
    assert_eq!(world.registry().proof_nanos(2), signed::from(100_000_000));
    assert!(!world.rounds().round(1).top_g().contains(&1));
    world.end();
}

#[test]
fun the_average_is_rounded_toward_zero() {
    let mut world = world::begin();
    world.populate(1, 2);
    2u64.do!(|w| {
        let window = w + 1;
        committed(&mut world, window, 1);
        2u64.do!(|i| {
            let mut report = world.report(window, i + 1);
            world::accept(&mut report, window, 1, 5, if (w == 0) 4 else 6);
            world.submit(i + 1, report);
        });
        world.finalize(window);
    });
    // -0.1, then -0.09 + 0.1.
    assert_eq!(world.registry().proof_nanos(1), signed::from(10_000_000));
    world.end();
}

#[test]
fun the_absent_drift_after_the_windows_they_may_miss() {
    let mut world = with_scoring(3, signed::new(true, 1_000_000_000), 0, 1);
    world.populate(3, 2);
    3u64.do!(|w| {
        let window = w + 1;
        committed(&mut world, window, if (w == 0) 2 else 1);
        2u64.do!(|i| honest(&mut world, window, i + 1, if (w == 0) 2 else 1));
        world.finalize(window);
    });
    let registry = world.registry();
    assert_eq!(registry.absences(2), 2);
    assert_eq!(registry.absences(3), 3);
    // A newcomer is as uncertain as can be, and does not drift.
    assert_eq!(registry.rating(3), openskill::initial());
    assert_eq!(registry.scored_windows(2), 1);
    world.end();
}

#[test]
fun whoever_deviates_too_often_is_jailed() {
    let mut world = with_scoring(2, signed::new(true, 1_000_000_000), 0, 5);
    world.populate(1, 3);
    committed(&mut world, 1, 1);
    2u64.do!(|i| honest(&mut world, 1, i + 1, 1));
    lie(&mut world, 1);
    world.finalize(1);
    assert_eq!(event::events_by_type<DeviationObserved>().length(), 1);
    assert_eq!(event::events_by_type<ValidatorJailed>().length(), 0);
    assert_eq!(world.registry().deviations(3), 1);
    // A lie is not work.
    assert_eq!(world.registry().validator_credit(3), 0);
    committed(&mut world, 2, 1);
    2u64.do!(|i| honest(&mut world, 2, i + 1, 1));
    lie(&mut world, 2);
    world.finalize(2);
    assert_eq!(event::events_by_type<ValidatorJailed>().length(), 1);
    assert_eq!(world.registry().jailed(3), option::some(2));
    assert!(!world.registry().is_validator_active(3));
    committed(&mut world, 3, 1);
    assert_eq!(world.rounds().round(3).bonds().length(), 2);
    world.end();
}

#[test]
fun credits_of_a_window_are_its_emission_to_the_unit() {
    let mut world = world::begin();
    world.populate(5, 3);
    5u64.do!(|w| {
        let window = w + 1;
        committed(&mut world, window, 5);
        3u64.do!(|i| honest(&mut world, window, i + 1, 5 - i));
        world.finalize(window);
        let registry = world.registry();
        let mut credits = world.rewards().treasury_credit();
        5u64.do!(|i| credits = credits + registry.miner_credit(i + 1));
        3u64.do!(|i| credits = credits + registry.validator_credit(i + 1));
        assert_eq!(credits, world.minter().issued());
        assert_eq!(credits, world.rewards().unclaimed());
    });
    world.end();
}

#[test, expected_failure(abort_code = 27, location = vramhub::finalization)]
fun a_window_is_finalized_once() {
    let mut world = world::begin();
    world.populate(1, 2);
    world.open(1);
    world.finalize(1);
    world.finalize(1);
    world.end();
}

#[test, expected_failure(abort_code = 21, location = vramhub::finalization)]
fun a_window_is_over_before_it_is_finalized() {
    let mut world = world::begin();
    world.populate(1, 2);
    world.open(1);
    world.at(1, 99_999);
    world.try_finalize(1, 1_000);
    world.end();
}

#[test, expected_failure(abort_code = 28, location = vramhub::finalization)]
fun windows_are_finalized_in_order() {
    let mut world = world::begin();
    world.populate(1, 2);
    world.open(1);
    world.at(2, 10_000);
    world.try_open(2);
    world.finalize(2);
    world.end();
}

#[test, expected_failure(abort_code = 20, location = vramhub::round_state)]
fun a_window_nobody_opened_is_not_finalized() {
    let mut world = world::begin();
    world.populate(1, 2);
    world.at(3, 0);
    world.try_finalize(1, 1_000);
    world.end();
}

#[test, expected_failure(abort_code = 20, location = vramhub::round_state)]
fun window_0_is_not_finalized() {
    let mut world = world::begin();
    world.populate(1, 2);
    world.try_finalize(0, 1_000);
    world.end();
}

#[test, expected_failure(abort_code = 21, location = vramhub::round_state)]
fun a_window_ahead_is_not_finalized() {
    let mut world = world::begin();
    world.populate(1, 2);
    world.try_finalize(9, 1_000);
    world.end();
}

#[test, expected_failure(abort_code = 24, location = vramhub::round_state)]
fun a_window_that_waits_to_be_opened_is_not_finalized() {
    let mut world = world::begin();
    world.populate(1, 2);
    world.at(1, 0);
    world.try_finalize(1, 1_000);
    world.end();
}

#[test, expected_failure(abort_code = 11, location = vramhub::peer_registry)]
fun a_jailed_validator_does_not_report() {
    let mut world = with_scoring(1, signed::new(true, 1_000_000_000), 0, 5);
    world.populate(1, 3);
    committed(&mut world, 1, 1);
    2u64.do!(|i| honest(&mut world, 1, i + 1, 1));
    lie(&mut world, 1);
    world.finalize(1);
    committed(&mut world, 2, 1);
    lie(&mut world, 2);
    world.end();
}

#[test, expected_failure(abort_code = 11, location = vramhub::peer_registry)]
fun a_jailed_validator_does_not_vote() {
    let mut world = with_scoring(1, signed::new(true, 1_000_000_000), 0, 5);
    world.populate(1, 3);
    committed(&mut world, 1, 1);
    2u64.do!(|i| honest(&mut world, 1, i + 1, 1));
    lie(&mut world, 1);
    world.finalize(1);
    world.vote(3, 2, world::digest(b"root"));
    world.end();
}

#[test, expected_failure(abort_code = 11, location = vramhub::peer_registry)]
fun a_jailed_validator_registers_no_enclave() {
    let mut world = with_scoring(1, signed::new(true, 1_000_000_000), 0, 5);
    world.populate(1, 3);
    committed(&mut world, 1, 1);
    2u64.do!(|i| honest(&mut world, 1, i + 1, 1));
    lie(&mut world, 1);
    world.finalize(1);
    world.register_enclave(3, world::key(3, 2));
    world.end();
}
