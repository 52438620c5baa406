#[test_only]
module vramhub::gradient_registry_tests;

use std::unit_test::assert_eq;
use sui::event;
use vramhub::gradient_registry::{Self, GradientCommitted};
use vramhub::world::{Self, World};

const COIN: u64 = 1_000_000_000;

/// A network of three miners and two validators whose window 1 is open.
fun opened(): World {
    let mut world = world::begin();
    world.populate(3, 2);
    world.open(1);
    world
}

fun commit_reference(reference: vector<u8>) {
    let mut world = opened();
    world.commit_with(1, 1, world::content(1, 1), 1, reference.to_string(), codec());
    world.end();
}

fun codec(): std::string::String { b"topk-q2/1".to_string() }

#[test]
fun commits_are_kept_by_miner_with_their_order() {
    let mut world = opened();
    world.commit(1, 3);
    world.commit(1, 1);
    assert_eq!(event::events_by_type<GradientCommitted>().length(), 1);
    let round = world.rounds().round(1);
    assert_eq!(*round.committed(), vector[1, 3]);
    assert!(gradient_registry::has_committed(round, 1));
    assert!(!gradient_registry::has_committed(round, 2));
    let gradient = gradient_registry::gradient(round, 1);
    assert_eq!(gradient.content_hash(), world::content(1, 1));
    assert_eq!(gradient.order(), 1);
    assert!(gradient.scorers().is_empty() && gradient.lines().is_empty());
    assert_eq!(gradient_registry::gradient(round, 3).order(), 0);
    world.end();
}

#[test]
fun the_file_name_is_a_reference_too() {
    commit_reference(b"gradient-1-1-v1.pt");
}

#[test]
fun the_last_millisecond_and_the_largest_size_are_fine() {
    let mut world = opened();
    world.at(1, 79_999);
    world.commit_with(1, 2, world::content(1, 2), 12_895, world::walrus(), codec());
    world.end();
}

#[test, expected_failure(abort_code = 40, location = vramhub::gradient_registry)]
fun a_miner_commits_once() {
    let mut world = opened();
    world.commit(1, 1);
    world.commit(1, 1);
    world.end();
}

#[test, expected_failure(abort_code = 41, location = vramhub::gradient_registry)]
fun a_payload_is_not_empty() {
    let mut world = opened();
    world.commit_with(1, 1, world::content(1, 1), 0, world::walrus(), codec());
    world.end();
}

#[test, expected_failure(abort_code = 41, location = vramhub::gradient_registry)]
fun a_payload_is_not_longer_than_the_model_allows() {
    let mut world = opened();
    world.commit_with(1, 1, world::content(1, 1), 12_896, world::walrus(), codec());
    world.end();
}

#[test, expected_failure(abort_code = 42, location = vramhub::gradient_registry)]
fun the_codec_is_the_networks() {
    let mut world = opened();
    world.commit_with(1, 1, world::content(1, 1), 1, world::walrus(), b"dct".to_string());
    world.end();
}

#[test, expected_failure(abort_code = 43, location = vramhub::gradient_registry)]
fun a_reference_is_not_empty() {
    commit_reference(b"");
}

#[test, expected_failure(abort_code = 43, location = vramhub::gradient_registry)]
fun a_reference_is_not_another_miners_file() {
    commit_reference(b"gradient-1-2-v1.pt");
}

#[test, expected_failure(abort_code = 43, location = vramhub::gradient_registry)]
fun a_reference_is_not_another_windows_file() {
    commit_reference(b"gradient-2-1-v1.pt");
}

#[test, expected_failure(abort_code = 43, location = vramhub::gradient_registry)]
fun a_blob_id_has_43_characters() {
    commit_reference(b"walrus:M4hsZGQ1oCktdzegB6HnI6Mi28S2nqOPHxK-W7_4BU");
}

#[test, expected_failure(abort_code = 43, location = vramhub::gradient_registry)]
fun a_blob_id_is_base64url() {
    commit_reference(b"walrus:M4hsZGQ1oCktdzegB6HnI6Mi28S2nqOPHxK+W7_4BUk");
}

#[test, expected_failure(abort_code = 43, location = vramhub::gradient_registry)]
fun a_blob_has_the_scheme_of_walrus() {
    commit_reference(b"walrvs:M4hsZGQ1oCktdzegB6HnI6Mi28S2nqOPHxK-W7_4BUk");
}

#[test, expected_failure(abort_code = 124, location = vramhub::gradient_registry)]
fun a_content_hash_has_32_bytes() {
    let mut world = opened();
    world.commit_with(1, 1, vector[1], 1, world::walrus(), codec());
    world.end();
}

#[test, expected_failure(abort_code = 8, location = vramhub::gradient_registry)]
fun a_miner_that_came_later_has_no_slot() {
    let mut world = opened();
    world.register_miner(4, COIN);
    world.commit(1, 4);
    world.end();
}

#[test, expected_failure(abort_code = 8, location = vramhub::gradient_registry)]
fun a_miner_that_left_does_not_commit() {
    let mut world = opened();
    world.as_sender(world::miner(1));
    let (scenario, clock, _, hparams, registry, _, _, _, _) = world.parts();
    registry.leave_miner(hparams, 1, clock, scenario.ctx());
    world.commit(1, 1);
    world.end();
}

#[test, expected_failure(abort_code = 1, location = vramhub::peer_registry)]
fun nobody_commits_for_another() {
    let mut world = opened();
    world.as_sender(world::miner(2));
    let (scenario, clock, _, hparams, registry, _, rounds, _, _) = world.parts();
    gradient_registry::commit_gradient(
        rounds,
        registry,
        hparams,
        1,
        1,
        world::content(1, 1),
        1,
        world::walrus(),
        codec(),
        clock,
        scenario.ctx(),
    );
    world.end();
}

#[test, expected_failure(abort_code = 6, location = vramhub::peer_registry)]
fun an_unknown_miner_does_not_commit() {
    let mut world = opened();
    world.commit(1, 9);
    world.end();
}

#[test, expected_failure(abort_code = 22, location = vramhub::round_state)]
fun a_commit_is_late_by_a_millisecond() {
    let mut world = opened();
    world.at(1, 80_000);
    world.commit(1, 1);
    world.end();
}

#[test, expected_failure(abort_code = 22, location = vramhub::round_state)]
fun a_commit_for_a_window_past_is_late() {
    let mut world = opened();
    world.at(2, 0);
    world.commit(1, 1);
    world.end();
}

#[test, expected_failure(abort_code = 21, location = vramhub::round_state)]
fun a_commit_is_early_by_a_millisecond() {
    let mut world = world::begin();
    world.populate(1, 1);
    world.at(0, 99_999);
    world.commit(1, 1);
    world.end();
}

#[test, expected_failure(abort_code = 24, location = vramhub::round_state)]
fun a_commit_waits_for_the_window_to_be_opened() {
    let mut world = world::begin();
    world.populate(1, 1);
    world.at(1, 0);
    world.commit(1, 1);
    world.end();
}
