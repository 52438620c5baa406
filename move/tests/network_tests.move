#[test_only]
module vramhub::network_tests;

use std::unit_test::{assert_eq, destroy};
use sui::event;
use sui::test_scenario;
use vramhub::enclave_registry;
use vramhub::hparams::Hparams;
use vramhub::network::{Self, NetworkCreated};
use vramhub::peer_registry::Registry;
use vramhub::vram_token::{Self, Genesis};
use vramhub::world;

#[test]
fun a_network_is_named_by_the_genesis_it_consumes() {
    let mut scenario = test_scenario::begin(@0x60);
    vram_token::init_for_testing(scenario.ctx());
    scenario.next_tx(@0x60);
    let genesis: Genesis = scenario.take_from_sender();
    let id = object::id(&genesis).to_bytes();
    let cap = network::create(
        genesis,
        world::parameters(),
        vector[enclave_registry::new_measurement(world::pcr(1), world::pcr(2), world::pcr(3))],
        world::genesis_root(),
        scenario.ctx(),
    );
    assert_eq!(event::events_by_type<NetworkCreated>().length(), 1);
    scenario.next_tx(@0x60);
    let hparams: Hparams = scenario.take_shared();
    let registry: Registry = scenario.take_shared();
    assert_eq!(hparams.network(), id);
    assert_eq!(registry.network(), id);
    assert!(!scenario.has_most_recent_for_sender<Genesis>());
    test_scenario::return_shared(hparams);
    test_scenario::return_shared(registry);
    destroy(cap);
    scenario.end();
}

#[test, expected_failure(abort_code = 74, location = vramhub::enclave_registry)]
fun a_network_admits_no_debug_mode_from_the_start() {
    let mut scenario = test_scenario::begin(@0x60);
    vram_token::init_for_testing(scenario.ctx());
    scenario.next_tx(@0x60);
    let genesis: Genesis = scenario.take_from_sender();
    destroy(network::create(
        genesis,
        world::parameters(),
        vector[enclave_registry::new_measurement(world::pcr(1), world::pcr(2), world::pcr(0))],
        world::genesis_root(),
        scenario.ctx(),
    ));
    scenario.end();
}

#[test, expected_failure(abort_code = 123, location = vramhub::enclave_registry)]
fun a_network_admits_a_bounded_number_of_builds() {
    let mut scenario = test_scenario::begin(@0x60);
    vram_token::init_for_testing(scenario.ctx());
    scenario.next_tx(@0x60);
    let genesis: Genesis = scenario.take_from_sender();
    destroy(network::create(
        genesis,
        world::parameters(),
        vector::tabulate!(
            17,
            |i| enclave_registry::new_measurement(world::pcr(1 + (i as u8)), world::pcr(2), world::pcr(3)),
        ),
        world::genesis_root(),
        scenario.ctx(),
    ));
    scenario.end();
}

#[test, expected_failure(abort_code = 124, location = vramhub::round_state)]
fun the_first_root_has_32_bytes() {
    let mut scenario = test_scenario::begin(@0x60);
    vram_token::init_for_testing(scenario.ctx());
    scenario.next_tx(@0x60);
    let genesis: Genesis = scenario.take_from_sender();
    destroy(network::create(
        genesis,
        world::parameters(),
        vector[],
        vector[1],
        scenario.ctx(),
    ));
    scenario.end();
}
