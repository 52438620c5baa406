#[test_only]
module vramhub::round_state_tests;

use std::unit_test::assert_eq;
use sui::event;
use sui::random::{Self, Random};
use sui::test_scenario;
use vramhub::hparams;
use vramhub::round_state::{
    CheckpointAnchored,
    CheckpointVoted,
    ScoringOpened,
    WindowOpened,
};
use vramhub::world::{Self, World};

const COIN: u64 = 1_000_000_000;

/// A network whose window 1 is final and merges something.
fun merged(validators: u64): World {
    let mut world = world::begin();
    world.populate(2, validators);
    world.open(1);
    world.commit(1, 1);
    world.open_scoring(1);
    validators.min(3).do!(|i| {
        let mut report = world.report(1, i + 1);
        world::accept(&mut report, 1, 1, 500, 600);
        world.submit(i + 1, report);
    });
    world.finalize(1);
    world
}

fun root(): vector<u8> { world::digest(b"merged") }

fun other_root(): vector<u8> { world::digest(b"other") }

#[test]
fun a_window_lists_who_takes_part_when_it_opens() {
    let mut world = world::begin();
    world.populate(3, 2);
    world.open(1);
    assert_eq!(event::events_by_type<WindowOpened>().length(), 1);
    world.register_miner(4, COIN);
    let rounds = world.rounds();
    assert!(rounds.has_round(1) && !rounds.has_round(2));
    assert_eq!(rounds.newest(), 1);
    assert_eq!(rounds.finalized(), 0);
    assert_eq!(rounds.network(), world::network());
    let round = rounds.round(1);
    assert_eq!(round.window(), 1);
    assert_eq!(round.previous(), 0);
    assert_eq!(*round.miners(), vector[1, 2, 3]);
    assert_eq!(round.bonds().length(), 2);
    assert_eq!(round.bond_of(2), option::some(1));
    assert_eq!(round.bond_of(3), option::none());
    assert_eq!(round.assignment_seed(), world::assignment_seed(1));
    assert!(!round.is_scoring_open() && round.evaluation_seed().is_empty());
    assert_eq!(round.base(), rounds.checkpoint());
    assert_eq!(round.base().checkpoint_window(), 1);
    assert_eq!(round.base().checkpoint_root(), world::genesis_root());
    assert_eq!(*round.parameters(), world::parameters());
    assert!(round.committed().is_empty() && !round.has_reported(1));
    assert!(!round.is_final() && round.top_g().is_empty() && round.top_g_digest().is_empty());
    assert!(round.anchored_root().is_empty());
    world.end();
}

#[test]
fun a_window_without_pages_for_all_takes_those_registered_first() {
    let mut world = world::begin();
    world.populate(5, 1);
    let mut parameters = world::parameters();
    parameters.set_data(hparams::new_data(
        world::digest(b"dataset"),
        2,
        16,
        hparams::new_page_range(0, 12),
        hparams::new_page_range(20, 4),
        2,
        2,
    ));
    let (_, clock, cap, hparams, _, _, _, _, _) = world.parts();
    hparams.schedule_parameters(cap, 3, parameters, clock);
    world.open(3);
    assert_eq!(*world.rounds().round(3).miners(), vector[1, 2, 3]);
    world.end();
}

#[test]
fun seeds_are_drawn_from_the_chains_randomness() {
    let mut world = world::begin();
    world.populate(1, 1);
    world.as_sender(@0x0);
    random::create_for_testing(world.scenario().ctx());
    world.as_sender(@0x0);
    let mut random: Random = world.scenario().take_shared();
    random.update_randomness_state_for_testing(0, world::digest(b"round"), world.scenario().ctx());
    world.as_sender(@0x7);
    world.at(1, 0);
    let (scenario, clock, _, hparams, registry, _, rounds, _, _) = world.parts();
    rounds.draw_window_for_testing(registry, hparams, 1, &random, clock, scenario.ctx());
    world.at(1, 80_000);
    let (scenario, clock, _, hparams, _, _, rounds, _, _) = world.parts();
    rounds.draw_scoring_for_testing(hparams, 1, &random, clock, scenario.ctx());
    assert_eq!(event::events_by_type<ScoringOpened>().length(), 1);
    let round = world.rounds().round(1);
    assert!(round.is_scoring_open());
    assert_eq!(round.assignment_seed().length(), 32);
    assert_eq!(round.evaluation_seed().length(), 32);
    assert!(round.assignment_seed() != round.evaluation_seed());
    test_scenario::return_shared(random);
    world.end();
}

#[test]
fun two_thirds_of_the_stake_anchor_and_the_next_window_runs_on_it() {
    let mut world = merged(3);
    world.vote(1, 2, root());
    assert!(world.rounds().round(1).anchored_root().is_empty());
    world.vote(2, 2, root());
    assert_eq!(event::events_by_type<CheckpointAnchored>().length(), 1);
    assert_eq!(world.rounds().round(1).anchored_root(), root());
    world.open(2);
    let base = world.rounds().round(2).base();
    assert_eq!(base.checkpoint_window(), 2);
    assert_eq!(base.checkpoint_root(), root());
    assert_eq!(world.rounds().round(2).previous(), 1);
    world.end();
}

#[test]
fun a_late_vote_that_differs_stays_visible_and_changes_nothing() {
    let mut world = merged(3);
    world.vote(1, 2, root());
    world.vote(2, 2, root());
    world.open(2);
    world.vote(3, 2, other_root());
    assert_eq!(event::events_by_type<CheckpointVoted>().length(), 1);
    assert_eq!(event::events_by_type<CheckpointAnchored>().length(), 0);
    assert_eq!(world.rounds().round(1).anchored_root(), root());
    world.end();
}

#[test]
fun after_the_grace_a_window_runs_on_the_older_base() {
    let mut world = merged(3);
    world.at(2, 10_000);
    world.try_open(2);
    assert_eq!(world.rounds().round(2).base().checkpoint_root(), world::genesis_root());
    world.end();
}

#[test]
fun a_window_that_merged_nothing_is_not_waited_for() {
    let mut world = world::begin();
    world.populate(1, 2);
    world.open(1);
    world.finalize(1);
    world.open(2);
    assert_eq!(world.rounds().round(2).base().checkpoint_root(), world::genesis_root());
    world.end();
}

#[test, expected_failure(abort_code = 20, location = vramhub::round_state)]
fun window_0_is_for_registering() {
    let mut world = world::begin();
    world.at(0, 0);
    world.try_open(0);
    world.end();
}

#[test, expected_failure(abort_code = 23, location = vramhub::round_state)]
fun a_window_opens_once() {
    let mut world = world::begin();
    world.open(1);
    world.try_open(1);
    world.end();
}

#[test, expected_failure(abort_code = 21, location = vramhub::round_state)]
fun a_window_ahead_is_not_opened() {
    let mut world = world::begin();
    world.at(1, 99_999);
    world.try_open(2);
    world.end();
}

#[test, expected_failure(abort_code = 22, location = vramhub::round_state)]
fun a_window_past_is_not_opened() {
    let mut world = world::begin();
    world.at(2, 0);
    world.try_open(1);
    world.end();
}

#[test, expected_failure(abort_code = 22, location = vramhub::round_state)]
fun nothing_is_opened_after_the_commit_deadline() {
    let mut world = world::begin();
    world.at(1, 80_000);
    world.try_open(1);
    world.end();
}

#[test, expected_failure(abort_code = 29, location = vramhub::round_state)]
fun a_window_waits_for_the_one_before_to_be_final() {
    let mut world = world::begin();
    world.open(1);
    world.at(2, 9_999);
    world.try_open(2);
    world.end();
}

#[test, expected_failure(abort_code = 29, location = vramhub::round_state)]
fun a_window_waits_for_the_checkpoint_to_be_anchored() {
    let mut world = merged(3);
    world.at(2, 9_999);
    world.try_open(2);
    world.end();
}

#[test, expected_failure(abort_code = 25, location = vramhub::round_state)]
fun scoring_opens_once() {
    let mut world = world::begin();
    world.open(1);
    world.open_scoring(1);
    world.try_open_scoring(1);
    world.end();
}

#[test, expected_failure(abort_code = 21, location = vramhub::round_state)]
fun scoring_does_not_open_before_the_deadline() {
    let mut world = world::begin();
    world.open(1);
    world.at(1, 79_999);
    world.try_open_scoring(1);
    world.end();
}

#[test, expected_failure(abort_code = 22, location = vramhub::round_state)]
fun scoring_does_not_open_after_the_window() {
    let mut world = world::begin();
    world.open(1);
    world.at(2, 0);
    world.try_open_scoring(1);
    world.end();
}

#[test, expected_failure(abort_code = 21, location = vramhub::round_state)]
fun scoring_of_a_window_ahead_does_not_open() {
    let mut world = world::begin();
    world.at(1, 0);
    world.try_open_scoring(2);
    world.end();
}

#[test, expected_failure(abort_code = 24, location = vramhub::round_state)]
fun scoring_of_a_window_nobody_opened_does_not_open() {
    let mut world = world::begin();
    world.open_scoring(1);
    world.end();
}

#[test, expected_failure(abort_code = 20, location = vramhub::round_state)]
fun checkpoint_1_is_not_merged_from_a_window() {
    let mut world = merged(3);
    world.vote_with(1, 1, root(), root(), root());
    world.end();
}

#[test, expected_failure(abort_code = 20, location = vramhub::round_state)]
fun a_checkpoint_of_a_window_never_opened_is_refused() {
    let mut world = merged(3);
    world.at(4, 0);
    world.vote_with(1, 3, root(), root(), root());
    world.end();
}

#[test, expected_failure(abort_code = 21, location = vramhub::round_state)]
fun a_checkpoint_of_the_windows_to_come_is_too_early() {
    let mut world = merged(3);
    world.vote_with(1, 5, root(), root(), root());
    world.end();
}

#[test, expected_failure(abort_code = 8, location = vramhub::round_state)]
fun only_validators_of_the_window_vote() {
    let mut world = merged(3);
    world.register_validator(4, 10 * COIN);
    world.vote(4, 2, root());
    world.end();
}

#[test, expected_failure(abort_code = 28, location = vramhub::round_state)]
fun nothing_is_anchored_before_the_window_is_final() {
    let mut world = world::begin();
    world.populate(1, 1);
    world.open(1);
    world.vote(1, 2, root());
    world.end();
}

#[test, expected_failure(abort_code = 84, location = vramhub::round_state)]
fun nothing_is_anchored_where_nothing_was_merged() {
    let mut world = world::begin();
    world.populate(1, 1);
    world.open(1);
    world.finalize(1);
    world.vote(1, 2, root());
    world.end();
}

#[test, expected_failure(abort_code = 80, location = vramhub::round_state)]
fun the_parent_is_the_base_of_the_window() {
    let mut world = merged(3);
    let digest = world.rounds().round(1).top_g_digest();
    world.vote_with(1, 2, root(), root(), digest);
    world.end();
}

#[test, expected_failure(abort_code = 81, location = vramhub::round_state)]
fun the_merged_set_is_the_windows() {
    let mut world = merged(3);
    world.vote_with(1, 2, world::genesis_root(), root(), root());
    world.end();
}

#[test, expected_failure(abort_code = 82, location = vramhub::round_state)]
fun a_validator_votes_once() {
    let mut world = merged(3);
    world.vote(1, 2, root());
    world.vote(1, 2, other_root());
    world.end();
}

#[test, expected_failure(abort_code = 83, location = vramhub::round_state)]
fun an_anchored_root_needs_no_more_votes() {
    let mut world = merged(3);
    world.vote(1, 2, root());
    world.vote(2, 2, root());
    world.vote(3, 2, root());
    world.end();
}

#[test, expected_failure(abort_code = 22, location = vramhub::round_state)]
fun a_merge_is_too_late_once_a_window_runs_on_the_older_base() {
    let mut world = merged(3);
    world.at(2, 10_000);
    world.try_open(2);
    world.vote(1, 2, root());
    world.end();
}

#[test, expected_failure(abort_code = 124, location = vramhub::round_state)]
fun a_root_has_32_bytes() {
    let mut world = merged(3);
    world.vote(1, 2, vector[1]);
    world.end();
}

#[test, expected_failure(abort_code = 1, location = vramhub::peer_registry)]
fun nobody_votes_for_another() {
    let mut world = merged(3);
    world.as_sender(world::validator(2));
    let digest = world.rounds().round(1).top_g_digest();
    let (scenario, clock, _, hparams, registry, _, rounds, _, _) = world.parts();
    rounds.anchor_checkpoint(
        registry, hparams, 1, 2, world::genesis_root(), root(), digest, clock, scenario.ctx(),
    );
    world.end();
}
