#[test_only]
module vramhub::vram_token_tests;

use std::unit_test::assert_eq;
use sui::clock::{Self, Clock};
use sui::test_scenario::{Self, Scenario};
use vramhub::emission;
use vramhub::hparams;
use vramhub::vram_token::{Self, Genesis, Minter, Vesting};
use vramhub::world;

const NETWORK: vector<u8> = b"the network's 32 bytes of identity";

const PUBLISHER: address = @0xA;
const FOUNDER: address = @0xB;

const VRAM: u64 = 1_000_000_000;
const PRE_MINTS: u64 = 10_500_000 * VRAM;
const START_MS: u64 = 1_000;

/// The package published at `START_MS`, and the publisher's genesis.
fun published(): (Scenario, Clock, Genesis) {
    let mut scenario = test_scenario::begin(PUBLISHER);
    let mut clock = clock::create_for_testing(scenario.ctx());
    clock.set_for_testing(START_MS);
    vram_token::init_for_testing(scenario.ctx());
    scenario.next_tx(PUBLISHER);
    let genesis = scenario.take_from_sender<Genesis>();
    (scenario, clock, genesis)
}

/// 100 VRAM to the founder: a cliff of 100 ms, all vested after 400 ms.
fun vesting(): (Scenario, Clock, Vesting) {
    let (mut scenario, clock, mut genesis) = published();
    genesis.pre_mint(FOUNDER, 100 * VRAM, 100, 400, &clock, scenario.ctx());
    genesis.launch(NETWORK, scenario.ctx());
    scenario.next_tx(FOUNDER);
    let vesting = scenario.take_from_sender<Vesting>();
    (scenario, clock, vesting)
}

fun launched(): (Scenario, Minter) {
    let (mut scenario, clock, genesis) = published();
    genesis.launch(NETWORK, scenario.ctx());
    scenario.next_tx(PUBLISHER);
    clock.destroy_for_testing();
    let minter = scenario.take_shared<Minter>();
    (scenario, minter)
}

#[test]
fun nothing_exists_before_pre_mints_and_emissions() {
    let (scenario, minter) = launched();
    assert_eq!(minter.supply(), 0);
    assert_eq!(minter.issued(), 0);
    test_scenario::return_shared(minter);
    scenario.end();
}

#[test]
fun pre_mints_and_emissions_make_up_the_supply() {
    let (mut scenario, clock, mut genesis) = published();
    genesis.pre_mint(FOUNDER, PRE_MINTS - 1, 1, 1, &clock, scenario.ctx());
    genesis.pre_mint(PUBLISHER, 1, 1, 1, &clock, scenario.ctx());
    genesis.launch(NETWORK, scenario.ctx());
    let effects = scenario.next_tx(PUBLISHER);
    // Two pre-mints and the launch.
    assert_eq!(effects.num_user_events(), 3);
    assert!(!test_scenario::has_most_recent_for_sender<Genesis>(&scenario));
    let mut minter = scenario.take_shared<Minter>();
    let emission = minter.issue(&NETWORK, 70 * VRAM);
    assert_eq!(emission.value(), 70 * VRAM);
    assert_eq!(minter.issued(), 70 * VRAM);
    assert_eq!(minter.supply(), PRE_MINTS + 70 * VRAM);
    emission.destroy_for_testing();
    test_scenario::return_shared(minter);
    clock.destroy_for_testing();
    scenario.end();
}

#[test]
fun all_windows_together_reach_the_hard_cap_and_not_a_unit_more() {
    let (mut scenario, clock, mut genesis) = published();
    genesis.pre_mint(FOUNDER, PRE_MINTS, 1, 1, &clock, scenario.ctx());
    genesis.launch(NETWORK, scenario.ctx());
    scenario.next_tx(PUBLISHER);
    let mut minter = scenario.take_shared<Minter>();
    // Close to each threshold, as 200,000 windows take too long here.
    minter.set_issued_for_testing(6_999_965 * VRAM);
    minter.issue(&NETWORK, 52_500_000_000).destroy_for_testing();
    minter.set_issued_for_testing(10_499_990 * VRAM);
    let last = emission::scheduled(minter.issued());
    assert_eq!(last, 10 * VRAM);
    minter.issue(&NETWORK, last).destroy_for_testing();
    assert_eq!(minter.issued(), emission::cap());
    assert_eq!(minter.supply(), 21_000_000 * VRAM);
    minter.issue(&NETWORK, 0).destroy_zero();
    test_scenario::return_shared(minter);
    clock.destroy_for_testing();
    scenario.end();
}

#[test, expected_failure(abort_code = 121, location = vramhub::vram_token)]
fun another_network_is_not_paid() {
    let (_scenario, mut minter) = launched();
    assert_eq!(minter.network(), NETWORK);
    minter.issue(&b"another network", 1).destroy_for_testing();
    abort
}

#[test, expected_failure(abort_code = 120, location = vramhub::package_version)]
fun an_older_minter_does_not_issue() {
    let (_scenario, mut minter) = launched();
    minter.set_version_for_testing(0);
    minter.issue(&NETWORK, 1).destroy_for_testing();
    abort
}

#[test, expected_failure(abort_code = 133, location = vramhub::vram_token)]
fun nothing_is_issued_after_the_last_window() {
    let (_scenario, mut minter) = launched();
    minter.set_issued_for_testing(emission::cap());
    minter.issue(&NETWORK, 1).destroy_for_testing();
    abort
}

#[test, expected_failure(abort_code = 133, location = vramhub::vram_token)]
fun a_window_cannot_issue_more_than_the_schedule() {
    let (_scenario, mut minter) = launched();
    minter.issue(&NETWORK, 70 * VRAM + 1).destroy_for_testing();
    abort
}

#[test, expected_failure(abort_code = 131, location = vramhub::vram_token)]
fun pre_mints_leave_the_emission_its_half() {
    let (mut scenario, clock, mut genesis) = published();
    genesis.pre_mint(FOUNDER, PRE_MINTS, 1, 1, &clock, scenario.ctx());
    genesis.pre_mint(FOUNDER, 1, 1, 1, &clock, scenario.ctx());
    abort
}

#[test, expected_failure(abort_code = 130, location = vramhub::vram_token)]
fun a_pre_mint_has_an_amount() {
    let (mut scenario, clock, mut genesis) = published();
    genesis.pre_mint(FOUNDER, 0, 1, 1, &clock, scenario.ctx());
    abort
}

#[test, expected_failure(abort_code = 130, location = vramhub::vram_token)]
fun a_pre_mint_has_a_cliff() {
    let (mut scenario, clock, mut genesis) = published();
    genesis.pre_mint(FOUNDER, 1, 0, 1, &clock, scenario.ctx());
    abort
}

#[test, expected_failure(abort_code = 130, location = vramhub::vram_token)]
fun a_cliff_is_not_after_the_end() {
    let (mut scenario, clock, mut genesis) = published();
    genesis.pre_mint(FOUNDER, 1, 2, 1, &clock, scenario.ctx());
    abort
}

#[test]
fun vests_in_proportion_to_the_time_after_the_cliff() {
    let (mut scenario, mut clock, mut vesting) = vesting();
    assert_eq!(vesting.claimable(START_MS + 99), 0);
    assert_eq!(vesting.claimable(START_MS + 100), 25 * VRAM);
    assert_eq!(vesting.claimable(START_MS + 399), 99_750_000_000);
    assert_eq!(vesting.claimable(START_MS + 400), 100 * VRAM);

    clock.set_for_testing(START_MS + 100);
    assert_eq!(vesting.claim(&clock, scenario.ctx()).burn_for_testing(), 25 * VRAM);
    clock.set_for_testing(START_MS + 300);
    assert_eq!(vesting.claimable(START_MS + 300), 50 * VRAM);
    assert_eq!(vesting.claim(&clock, scenario.ctx()).burn_for_testing(), 50 * VRAM);
    assert_eq!(vesting.locked(), 25 * VRAM);
    clock.set_for_testing(START_MS + 1_000);
    assert_eq!(vesting.claim(&clock, scenario.ctx()).burn_for_testing(), 25 * VRAM);
    vesting.destroy_empty();
    clock.destroy_for_testing();
    scenario.end();
}

#[random_test]
fun claims_at_any_times_give_the_whole_in_the_end(times: vector<u8>) {
    let (mut scenario, mut clock, mut vesting) = vesting();
    let mut now = START_MS;
    let mut claimed = 0;
    times.do!(|step| {
        now = now + (step as u64);
        clock.set_for_testing(now);
        if (vesting.claimable(now) > 0) {
            claimed = claimed + vesting.claim(&clock, scenario.ctx()).burn_for_testing();
        };
        assert_eq!(claimed + vesting.locked(), 100 * VRAM);
    });
    assert!(claimed == 100 * VRAM || now < START_MS + 400);
    test_scenario::return_to_address(FOUNDER, vesting);
    clock.destroy_for_testing();
    scenario.end();
}

#[test, expected_failure(abort_code = 21, location = vramhub::vram_token)]
fun nothing_is_claimed_before_the_cliff() {
    let (mut scenario, mut clock, mut vesting) = vesting();
    clock.set_for_testing(START_MS + 99);
    vesting.claim(&clock, scenario.ctx()).burn_for_testing();
    abort
}

#[test, expected_failure(abort_code = 90, location = vramhub::vram_token)]
fun nothing_is_claimed_twice() {
    let (mut scenario, mut clock, mut vesting) = vesting();
    clock.set_for_testing(START_MS + 100);
    vesting.claim(&clock, scenario.ctx()).burn_for_testing();
    vesting.claim(&clock, scenario.ctx()).burn_for_testing();
    abort
}

#[test, expected_failure(abort_code = 132, location = vramhub::vram_token)]
fun a_vesting_object_with_coins_cannot_be_destroyed() {
    let (_scenario, _clock, vesting) = vesting();
    vesting.destroy_empty();
    abort
}

#[test, expected_failure(abort_code = 100, location = vramhub::hparams)]
fun only_governance_migrates_the_minter() {
    let mut world = world::begin();
    let (scenario, _, _, hparams, _, _, _, _, minter) = world.parts();
    minter.set_version_for_testing(0);
    let cap = hparams::governance_for_testing(b"another network", scenario.ctx());
    minter.migrate(hparams, &cap);
    abort
}

#[test, expected_failure(abort_code = 120, location = vramhub::package_version)]
fun there_is_nothing_to_migrate_in_a_current_minter() {
    let mut world = world::begin();
    let (_, _, cap, hparams, _, _, _, _, minter) = world.parts();
    minter.migrate(hparams, cap);
    abort
}

#[test, expected_failure(abort_code = 121, location = vramhub::vram_token)]
fun a_minter_migrates_with_its_own_network() {
    let mut world = world::begin();
    let (_scenario, mut other) = launched();
    let (_, _, cap, hparams, _, _, _, _, _) = world.parts();
    other.migrate(hparams, cap);
    abort
}

#[test]
fun an_older_minter_issues_again_after_migration() {
    let mut world = world::begin();
    let (_, _, cap, hparams, _, _, _, _, minter) = world.parts();
    minter.set_version_for_testing(0);
    minter.migrate(hparams, cap);
    assert_eq!(minter.issue(&world::network(), 1).destroy_for_testing(), 1);
    world.end();
}
