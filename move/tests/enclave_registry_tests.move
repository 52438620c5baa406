#[test_only]
module vramhub::enclave_registry_tests;

use std::unit_test::{assert_eq, destroy};
use sui::event;
use vramhub::enclave_registry::{Self, BuildScheduled, EnclaveRegistered};
use vramhub::hparams;
use vramhub::world::{Self, World};

const COIN: u64 = 1_000_000_000;

/// A network with one validator.
fun begun(): World {
    let mut world = world::begin();
    world.register_validator(1, 10 * COIN);
    world
}

/// Shows a document made so long before now, or after.
fun register(
    world: &mut World,
    sender: u64,
    timestamp_ms: u64,
    pcr0: u8,
    key: Option<vector<u8>>,
): u64 {
    world.as_sender(world::validator(sender));
    let (scenario, clock, _, hparams, registry, enclaves, _, _, _) = world.parts();
    enclaves.register_for_testing(
        registry,
        hparams,
        1,
        timestamp_ms,
        option::some(world::pcr(pcr0)),
        option::some(world::pcr(0xA1)),
        option::some(world::pcr(0xA2)),
        key,
        clock,
        scenario.ctx(),
    )
}

fun register_key(key: vector<u8>) {
    let mut world = begun();
    register(&mut world, 1, 1_000_000, 0xA0, option::some(key));
    world.end();
}

fun admit(world: &mut World, pcr0: u8, from_ms: u64, until_ms: u64) {
    let (_, clock, cap, hparams, _, enclaves, _, _, _) = world.parts();
    let measurement = enclave_registry::new_measurement(
        world::pcr(pcr0),
        world::pcr(0xA1),
        world::pcr(0xA2),
    );
    enclaves.admit_build(hparams, cap, measurement, from_ms, until_ms, clock);
}

fun retire(world: &mut World, pcr0: u8, until_ms: u64) {
    let (_, clock, cap, hparams, _, enclaves, _, _, _) = world.parts();
    let measurement = enclave_registry::new_measurement(
        world::pcr(pcr0),
        world::pcr(0xA1),
        world::pcr(0xA2),
    );
    enclaves.retire_build(hparams, cap, measurement, until_ms, clock);
}

fun key(epoch: u64): Option<vector<u8>> { option::some(world::key(1, epoch)) }

#[test]
fun a_newer_enclave_takes_the_place_of_the_last_one() {
    let mut world = begun();
    assert_eq!(register(&mut world, 1, 1_000_000, 0xA0, key(1)), 1);
    assert_eq!(event::events_by_type<EnclaveRegistered>().length(), 1);
    assert_eq!(register(&mut world, 1, 1_000_000, 0xA0, key(2)), 2);
    let enclave = world.registry().enclave(1).destroy_some();
    assert_eq!(enclave.epoch(), 2);
    assert_eq!(enclave.public_key(), world::key(1, 2));
    world.end();
}

#[test]
fun a_document_is_admitted_for_five_minutes_and_a_minute_ahead() {
    let mut world = begun();
    world.at(10, 0);
    let now = 2_000_000;
    assert_eq!(register(&mut world, 1, now - 300_000, 0xA0, key(1)), 1);
    assert_eq!(register(&mut world, 1, now + 60_000, 0xA0, key(2)), 2);
    world.end();
}

#[test]
fun builds_overlap_while_validators_move() {
    let mut world = begun();
    admit(&mut world, 0xB0, 1_250_000, 9_000_000);
    assert_eq!(event::events_by_type<BuildScheduled>().length(), 1);
    retire(&mut world, 0xA0, 1_400_000);
    world.at(2, 50_000);
    assert_eq!(register(&mut world, 1, 1_250_000, 0xB0, key(1)), 1);
    assert_eq!(register(&mut world, 1, 1_250_000, 0xA0, key(2)), 2);
    let (_, _, _, _, _, enclaves, _, _, _) = world.parts();
    let old = enclave_registry::new_measurement(
        world::pcr(0xA0),
        world::pcr(0xA1),
        world::pcr(0xA2),
    );
    assert!(enclaves.admits(&old, 1_399_999) && !enclaves.admits(&old, 1_400_000));
    world.end();
}

#[test]
fun builds_that_are_past_make_room() {
    let mut world = begun();
    15u64.do!(|i| admit(&mut world, 0xB0 + (i as u8), 1_250_000, 1_250_001));
    world.at(3, 0);
    admit(&mut world, 0xC0, 1_550_000, 1_600_000);
    world.end();
}

#[test, expected_failure(abort_code = 72, location = vramhub::enclave_registry)]
fun a_document_is_too_old_by_a_millisecond() {
    let mut world = begun();
    world.at(10, 0);
    register(&mut world, 1, 1_699_999, 0xA0, key(1));
    world.end();
}

#[test, expected_failure(abort_code = 72, location = vramhub::enclave_registry)]
fun a_document_is_too_new_by_a_millisecond() {
    let mut world = begun();
    register(&mut world, 1, 1_060_001, 0xA0, key(1));
    world.end();
}

#[test, expected_failure(abort_code = 72, location = vramhub::enclave_registry)]
fun a_document_from_the_end_of_time_is_too_new() {
    let mut world = begun();
    register(&mut world, 1, std::u64::max_value!(), 0xA0, key(1));
    world.end();
}

#[test, expected_failure(abort_code = 73, location = vramhub::enclave_registry)]
fun an_unknown_build_is_refused() {
    let mut world = begun();
    register(&mut world, 1, 1_000_000, 0xA9, key(1));
    world.end();
}

#[test, expected_failure(abort_code = 73, location = vramhub::enclave_registry)]
fun a_build_is_not_admitted_before_its_time() {
    let mut world = begun();
    admit(&mut world, 0xB0, 1_250_000, 9_000_000);
    world.at(2, 49_999);
    register(&mut world, 1, 1_249_999, 0xB0, key(1));
    world.end();
}

#[test, expected_failure(abort_code = 73, location = vramhub::enclave_registry)]
fun a_build_is_not_admitted_after_its_time() {
    let mut world = begun();
    retire(&mut world, 0xA0, 1_400_000);
    world.at(4, 0);
    register(&mut world, 1, 1_400_000, 0xA0, key(1));
    world.end();
}

#[test, expected_failure(abort_code = 74, location = vramhub::enclave_registry)]
fun debug_mode_is_refused() {
    let mut world = begun();
    register(&mut world, 1, 1_000_000, 0, key(1));
    world.end();
}

#[test, expected_failure(abort_code = 75, location = vramhub::enclave_registry)]
fun a_document_without_a_key_is_refused() {
    let mut world = begun();
    register(&mut world, 1, 1_000_000, 0xA0, option::none());
    world.end();
}

#[test, expected_failure(abort_code = 76, location = vramhub::enclave_registry)]
fun a_known_key_is_a_replay() {
    let mut world = begun();
    register(&mut world, 1, 1_000_000, 0xA0, key(1));
    register(&mut world, 1, 1_000_000, 0xA0, key(1));
    world.end();
}

#[test, expected_failure(abort_code = 76, location = vramhub::enclave_registry)]
fun another_validators_key_is_a_replay() {
    let mut world = begun();
    world.register_validator(2, 10 * COIN);
    world.register_enclave(2, world::key(1, 1));
    register(&mut world, 1, 1_000_000, 0xA0, key(1));
    world.end();
}

#[test, expected_failure(abort_code = 73, location = vramhub::enclave_registry)]
fun a_document_without_a_measurement_is_refused() {
    let mut world = begun();
    world.as_sender(world::validator(1));
    let (scenario, clock, _, hparams, registry, enclaves, _, _, _) = world.parts();
    enclaves.register_for_testing(
        registry, hparams, 1, 1_000_000, option::some(world::pcr(0xA0)), option::none(),
        option::some(world::pcr(0xA2)), key(1), clock, scenario.ctx(),
    );
    world.end();
}

#[test, expected_failure(abort_code = 75, location = vramhub::enclave_registry)]
fun a_key_of_31_bytes_is_no_key() {
    register_key(x"11111111111111111111111111111111111111111111111111111111111111");
}

#[test, expected_failure(abort_code = 75, location = vramhub::enclave_registry)]
fun the_neutral_point_is_no_key() {
    register_key(x"0100000000000000000000000000000000000000000000000000000000000000");
}

#[test, expected_failure(abort_code = 75, location = vramhub::enclave_registry)]
fun the_neutral_point_with_a_sign_is_no_key() {
    register_key(x"0100000000000000000000000000000000000000000000000000000000000080");
}

#[test, expected_failure(abort_code = 75, location = vramhub::enclave_registry)]
fun all_zeros_is_no_key() {
    register_key(x"0000000000000000000000000000000000000000000000000000000000000000");
}

#[test, expected_failure(abort_code = 75, location = vramhub::enclave_registry)]
fun zeros_with_a_sign_is_no_key() {
    register_key(x"0000000000000000000000000000000000000000000000000000000000000080");
}

#[test, expected_failure(abort_code = 75, location = vramhub::enclave_registry)]
fun the_point_of_order_2_is_no_key() {
    register_key(x"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");
}

#[test, expected_failure(abort_code = 75, location = vramhub::enclave_registry)]
fun the_point_of_order_2_with_a_sign_is_no_key() {
    register_key(x"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff");
}

#[test, expected_failure(abort_code = 75, location = vramhub::enclave_registry)]
fun a_point_of_order_8_is_no_key() {
    register_key(x"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05");
}

#[test, expected_failure(abort_code = 75, location = vramhub::enclave_registry)]
fun a_point_of_order_8_with_a_sign_is_no_key() {
    register_key(x"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85");
}

#[test, expected_failure(abort_code = 75, location = vramhub::enclave_registry)]
fun the_other_point_of_order_8_is_no_key() {
    register_key(x"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a");
}

#[test, expected_failure(abort_code = 75, location = vramhub::enclave_registry)]
fun the_other_point_of_order_8_with_a_sign_is_no_key() {
    register_key(x"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa");
}

#[test, expected_failure(abort_code = 75, location = vramhub::enclave_registry)]
fun a_second_spelling_of_zero_is_no_key() {
    register_key(x"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");
}

#[test, expected_failure(abort_code = 75, location = vramhub::enclave_registry)]
fun a_second_spelling_of_one_is_no_key() {
    register_key(x"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");
}

#[test, expected_failure(abort_code = 75, location = vramhub::enclave_registry)]
fun a_second_spelling_of_eighteen_is_no_key() {
    register_key(x"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");
}

#[test, expected_failure(abort_code = 124, location = vramhub::enclave_registry)]
fun a_pcr_has_48_bytes() {
    enclave_registry::new_measurement(world::pcr(1), vector[1], world::pcr(2));
}

#[test, expected_failure(abort_code = 74, location = vramhub::enclave_registry)]
fun no_policy_admits_debug_mode() {
    let mut world = begun();
    admit(&mut world, 0, 1_250_000, 9_000_000);
    world.end();
}

#[test, expected_failure(abort_code = 101, location = vramhub::enclave_registry)]
fun a_build_waits_the_unbonding_delay() {
    let mut world = begun();
    admit(&mut world, 0xB0, 1_249_999, 9_000_000);
    world.end();
}

#[test, expected_failure(abort_code = 101, location = vramhub::enclave_registry)]
fun the_end_of_a_build_waits_the_unbonding_delay() {
    let mut world = begun();
    retire(&mut world, 0xA0, 1_249_999);
    world.end();
}

#[test, expected_failure(abort_code = 102, location = vramhub::enclave_registry)]
fun a_build_ends_after_it_begins() {
    let mut world = begun();
    admit(&mut world, 0xB0, 1_250_000, 1_250_000);
    world.end();
}

#[test, expected_failure(abort_code = 102, location = vramhub::enclave_registry)]
fun retiring_never_extends() {
    let mut world = begun();
    retire(&mut world, 0xA0, 1_400_000);
    retire(&mut world, 0xA0, 1_500_000);
    world.end();
}

#[test, expected_failure(abort_code = 126, location = vramhub::enclave_registry)]
fun a_build_is_admitted_once() {
    let mut world = begun();
    admit(&mut world, 0xA0, 1_250_000, 9_000_000);
    world.end();
}

#[test, expected_failure(abort_code = 126, location = vramhub::enclave_registry)]
fun only_an_admitted_build_is_retired() {
    let mut world = begun();
    retire(&mut world, 0xB0, 1_400_000);
    world.end();
}

#[test, expected_failure(abort_code = 123, location = vramhub::enclave_registry)]
fun builds_are_bounded() {
    let mut world = begun();
    16u64.do!(|i| admit(&mut world, 0xB0 + (i as u8), 1_250_000, 9_000_000));
    world.end();
}

#[test, expected_failure(abort_code = 100, location = vramhub::hparams)]
fun only_governance_admits_builds() {
    let mut world = begun();
    let (scenario, clock, _, hparams, _, enclaves, _, _, _) = world.parts();
    let cap = hparams::governance_for_testing(world::digest(b"other"), scenario.ctx());
    let measurement = enclave_registry::new_measurement(
        world::pcr(1),
        world::pcr(2),
        world::pcr(3),
    );
    enclaves.admit_build(hparams, &cap, measurement, 1_250_000, 9_000_000, clock);
    destroy(cap);
    world.end();
}

#[test, expected_failure(abort_code = 1, location = vramhub::peer_registry)]
fun nobody_registers_an_enclave_for_another() {
    let mut world = begun();
    register(&mut world, 2, 1_000_000, 0xA0, key(1));
    world.end();
}

#[test, expected_failure(abort_code = 8, location = vramhub::peer_registry)]
fun a_validator_that_left_registers_no_enclave() {
    let mut world = begun();
    world.as_sender(world::validator(1));
    let (scenario, clock, _, hparams, registry, _, _, _, _) = world.parts();
    registry.leave_validator(hparams, 1, clock, scenario.ctx());
    register(&mut world, 1, 1_000_000, 0xA0, key(1));
    world.end();
}
