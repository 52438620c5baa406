#[test_only]
/// A window as large as there may be, 256 miners and 32 validators, within the limits of one
/// transaction each: sizes in BCS bytes, events and dynamic fields.
module vramhub::full_size_tests;

use std::bcs;
use std::unit_test::assert_eq;
use sui::event;
use vramhub::finalization::{DeviationObserved, WindowFinalized};
use vramhub::round_state::WindowOpened;
use vramhub::score_ledger::ScoresSubmitted;
use vramhub::scorer_assignment;
use vramhub::world::{Self, World};

const MINERS: u64 = 256;
const VALIDATORS: u64 = 32;

/// What Sui allows: bytes of one event, of one object and of one argument, events of a transaction.
const EVENT_BYTES: u64 = 256_000;
const OBJECT_BYTES: u64 = 256_000;
const ARGUMENT_BYTES: u64 = 16_384;
const EVENTS: u64 = 1_024;

/// All miners have committed, and all validators but the last, who lies about everybody, agree.
fun reported(): World {
    let mut world = world::begin_with(world::parameters_for(4 * MINERS));
    world.populate(MINERS, VALIDATORS);
    world.open(1);
    assert!(largest_event<WindowOpened>() < EVENT_BYTES);
    MINERS.do!(|i| world.commit(1, i + 1));
    world.open_scoring(1);
    let scorers = scorers(&world);
    VALIDATORS.do!(|place| report(&mut world, place, &scorers));
    world
}

fun scorers(world: &World): vector<vector<u64>> {
    let round = world.rounds().round(1);
    vector::tabulate!(MINERS, |i| {
        scorer_assignment::scorers(&world::evaluation_seed(1), round.bonds(), i + 1, 3)
    })
}

fun report(world: &mut World, place: u64, scorers: &vector<vector<u64>>) {
    let mut report = world.report(1, place + 1);
    let lie = if (place + 1 == VALIDATORS) 1 else 0;
    MINERS.do!(|i| {
        if (scorers[i].contains(&place)) {
            world::accept(&mut report, 1, i + 1, 1_000 + i + lie, 2_000 + i);
        };
    });
    world.submit(place + 1, report);
    assert!(largest_event<ScoresSubmitted>() < EVENT_BYTES);
}

fun largest_event<T: copy + drop>(): u64 {
    let mut largest = 0;
    event::events_by_type<T>().do!(|each| largest = bcs::to_bytes(&each).length().max(largest));
    largest
}

/// The round's lists and parameters, with room for the rest.
fun check_round(world: &World) {
    let round = world.rounds().round(1);
    let lists = 8 * (round.miners().length() + round.committed().length())
        + 16 * round.bonds().length() + 48 * VALIDATORS;
    assert!(lists + bcs::to_bytes(round.parameters()).length() + 512 < OBJECT_BYTES);
}

#[test]
fun a_full_window_is_finalized_in_steps_of_64() {
    let mut world = reported();
    check_round(&world);
    world.at(2, 0);
    let mut calls = 1u64;
    while (!world.try_finalize(1, 64)) calls = calls + 1;
    assert!(calls <= 36);
    // The last call tells everything.
    assert!(largest_event<WindowFinalized>() < EVENT_BYTES);
    let deviations = event::events_by_type<DeviationObserved>().length();
    assert!(deviations > 0 && deviations + 2 < EVENTS);
    assert_eq!(world.minter().issued(), world.rewards().unclaimed());
    // The best gained the most, and the merged set is as large as it may be.
    assert_eq!(world.rounds().round(1).top_g().length(), 15);
    assert_eq!(world.rounds().round(1).top_g()[0], MINERS);
    assert_eq!(world.registry().jailed(VALIDATORS), option::some(1));
    world.end();
}

#[test]
fun columns_of_a_full_report_fit_their_arguments() {
    // Content hashes are the widest: a length and 32 bytes each.
    let hashes = vector::tabulate!(MINERS, |_| world::digest(b"content"));
    assert!(bcs::to_bytes(&hashes).length() < ARGUMENT_BYTES);
}
