#[test_only]
/// After an upgrade the objects of the older package are migrated, one way, and until then no rule is
/// played on them. Here the package is the newer one, and the objects are told to be old.
module vramhub::package_version_tests;

use std::unit_test::{assert_eq, destroy};
use sui::coin;
use sui::sui::SUI;
use sui::test_scenario;
use vramhub::dataset_registry::Datasets;
use vramhub::hparams;
use vramhub::package_version;
use vramhub::world::{Self, World};

const COIN: u64 = 1_000_000_000;

#[test]
fun old_objects_are_migrated_and_work_again() {
    let mut world = world::begin();
    assert_eq!(package_version::current(), 1);
    let mut datasets: Datasets = world.scenario().take_shared();
    datasets.set_version_for_testing(0);
    let (_, _, cap, hparams, registry, enclaves, rounds, rewards, minter) = world.parts();
    hparams.set_version_for_testing(0);
    registry.set_version_for_testing(0);
    enclaves.set_version_for_testing(0);
    rounds.set_version_for_testing(0);
    rewards.set_version_for_testing(0);
    minter.set_version_for_testing(0);
    hparams.migrate(cap);
    registry.migrate(hparams, cap);
    enclaves.migrate(hparams, cap);
    rounds.migrate(hparams, cap);
    rewards.migrate(hparams, cap);
    minter.migrate(hparams, cap);
    datasets.migrate(hparams, cap);
    test_scenario::return_shared(datasets);
    world.populate(1, 2);
    world.open(1);
    world.commit(1, 1);
    world.finalize(1);
    world.end();
}

/// A network with a miner and a validator, window 1 open, in the test's hands.
fun ready(): World {
    let mut world = world::begin();
    world.populate(1, 2);
    world.open(1);
    world
}

#[test, expected_failure(abort_code = 120, location = vramhub::package_version)]
fun nothing_is_played_on_old_parameters() {
    let mut world = ready();
    let (_, _, _, hparams, _, _, _, _, _) = world.parts();
    hparams.set_version_for_testing(0);
    world.register_miner(2, COIN);
    world.end();
}

#[test, expected_failure(abort_code = 120, location = vramhub::package_version)]
fun old_parameters_are_not_changed() {
    let mut world = ready();
    let (_, _, _, hparams, _, _, _, _, _) = world.parts();
    hparams.set_version_for_testing(0);
    let (_, clock, cap, hparams, _, _, _, _, _) = world.parts();
    hparams.schedule_parameters(cap, 9, world::parameters(), clock);
    world.end();
}

#[test, expected_failure(abort_code = 120, location = vramhub::package_version)]
fun nobody_registers_with_an_old_registry() {
    let mut world = ready();
    let (_, _, _, _, registry, _, _, _, _) = world.parts();
    registry.set_version_for_testing(0);
    world.register_miner(2, COIN);
    world.end();
}

#[test, expected_failure(abort_code = 120, location = vramhub::package_version)]
fun no_validator_registers_with_an_old_registry() {
    let mut world = ready();
    let (_, _, _, _, registry, _, _, _, _) = world.parts();
    registry.set_version_for_testing(0);
    world.register_validator(3, 10 * COIN);
    world.end();
}

#[test, expected_failure(abort_code = 120, location = vramhub::package_version)]
fun no_miner_adds_stake_to_an_old_registry() {
    let mut world = ready();
    let (_, _, _, _, registry, _, _, _, _) = world.parts();
    registry.set_version_for_testing(0);
    let (scenario, _, _, _, registry, _, _, _, _) = world.parts();
    let coin = coin::mint_for_testing<SUI>(1, scenario.ctx());
    registry.add_miner_stake(1, coin, scenario.ctx());
    world.end();
}

#[test, expected_failure(abort_code = 120, location = vramhub::package_version)]
fun no_miner_leaves_an_old_registry() {
    let mut world = ready();
    let (_, _, _, _, registry, _, _, _, _) = world.parts();
    registry.set_version_for_testing(0);
    let (scenario, clock, _, hparams, registry, _, _, _, _) = world.parts();
    registry.leave_miner(hparams, 1, clock, scenario.ctx());
    world.end();
}

#[test, expected_failure(abort_code = 120, location = vramhub::package_version)]
fun no_miner_withdraws_from_an_old_registry() {
    let mut world = ready();
    let (_, _, _, _, registry, _, _, _, _) = world.parts();
    registry.set_version_for_testing(0);
    let (scenario, clock, _, _, registry, _, _, _, _) = world.parts();
    destroy(registry.withdraw_miner_stake(1, clock, scenario.ctx()));
    world.end();
}

#[test, expected_failure(abort_code = 120, location = vramhub::package_version)]
fun no_miner_claims_from_old_rewards() {
    let mut world = ready();
    let (_, _, _, _, _, _, _, rewards, _) = world.parts();
    rewards.set_version_for_testing(0);
    let (scenario, _, _, hparams, registry, _, _, rewards, _) = world.parts();
    rewards.claim_miner(registry, hparams, 1, scenario.ctx());
    world.end();
}

#[test, expected_failure(abort_code = 120, location = vramhub::package_version)]
fun no_validator_adds_stake_to_an_old_registry() {
    let mut world = ready();
    let (_, _, _, _, registry, _, _, _, _) = world.parts();
    registry.set_version_for_testing(0);
    let (scenario, _, _, _, registry, _, _, _, _) = world.parts();
    let coin = coin::mint_for_testing<SUI>(1, scenario.ctx());
    registry.add_validator_stake(1, coin, scenario.ctx());
    world.end();
}

#[test, expected_failure(abort_code = 120, location = vramhub::package_version)]
fun no_validator_leaves_an_old_registry() {
    let mut world = ready();
    let (_, _, _, _, registry, _, _, _, _) = world.parts();
    registry.set_version_for_testing(0);
    let (scenario, clock, _, hparams, registry, _, _, _, _) = world.parts();
    registry.leave_validator(hparams, 1, clock, scenario.ctx());
    world.end();
}

#[test, expected_failure(abort_code = 120, location = vramhub::package_version)]
fun no_validator_withdraws_from_an_old_registry() {
    let mut world = ready();
    let (_, _, _, _, registry, _, _, _, _) = world.parts();
    registry.set_version_for_testing(0);
    let (scenario, clock, _, _, registry, _, _, _, _) = world.parts();
    destroy(registry.withdraw_validator_stake(1, clock, scenario.ctx()));
    world.end();
}

#[test, expected_failure(abort_code = 120, location = vramhub::package_version)]
fun no_validator_claims_from_old_rewards() {
    let mut world = ready();
    let (_, _, _, _, _, _, _, rewards, _) = world.parts();
    rewards.set_version_for_testing(0);
    let (scenario, _, _, hparams, registry, _, _, rewards, _) = world.parts();
    rewards.claim_validator(registry, hparams, 1, scenario.ctx());
    world.end();
}

#[test, expected_failure(abort_code = 120, location = vramhub::package_version)]
fun the_treasury_claims_nothing_from_old_rewards() {
    let mut world = ready();
    let (_, _, _, _, _, _, _, rewards, _) = world.parts();
    rewards.set_version_for_testing(0);
    let (scenario, clock, _, hparams, registry, _, _, rewards, _) = world.parts();
    rewards.claim_treasury(registry, hparams, clock, scenario.ctx());
    world.end();
}

#[test, expected_failure(abort_code = 120, location = vramhub::package_version)]
fun nobody_publishes_in_an_old_registry() {
    let mut world = ready();
    let (_, _, _, _, registry, _, _, _, _) = world.parts();
    registry.set_version_for_testing(0);
    let (scenario, _, _, _, registry, _, _, _, _) = world.parts();
    registry.publish_credentials(1, 1, vector[1], scenario.ctx());
    world.end();
}

#[test, expected_failure(abort_code = 120, location = vramhub::package_version)]
fun no_enclave_is_registered_with_an_old_registry() {
    let mut world = ready();
    let (_, _, _, _, _, enclaves, _, _, _) = world.parts();
    enclaves.set_version_for_testing(0);
    world.register_enclave(1, world::key(1, 2));
    world.end();
}

#[test, expected_failure(abort_code = 120, location = vramhub::package_version)]
fun no_window_opens_in_old_rounds() {
    let mut world = ready();
    let (_, _, _, _, _, _, rounds, _, _) = world.parts();
    rounds.set_version_for_testing(0);
    world.try_open(2);
    world.end();
}

#[test, expected_failure(abort_code = 120, location = vramhub::package_version)]
fun nobody_commits_in_old_rounds() {
    let mut world = ready();
    let (_, _, _, _, _, _, rounds, _, _) = world.parts();
    rounds.set_version_for_testing(0);
    world.commit(1, 1);
    world.end();
}

#[test, expected_failure(abort_code = 120, location = vramhub::package_version)]
fun scoring_does_not_open_in_old_rounds() {
    let mut world = ready();
    let (_, _, _, _, _, _, rounds, _, _) = world.parts();
    rounds.set_version_for_testing(0);
    world.open_scoring(1);
    world.end();
}

#[test, expected_failure(abort_code = 120, location = vramhub::package_version)]
fun nobody_reports_in_old_rounds() {
    let mut world = ready();
    let (_, _, _, _, _, _, rounds, _, _) = world.parts();
    rounds.set_version_for_testing(0);
    let report = world.report(1, 1);
    world.submit(1, report);
    world.end();
}

#[test, expected_failure(abort_code = 120, location = vramhub::package_version)]
fun old_rounds_are_not_finalized() {
    let mut world = ready();
    let (_, _, _, _, _, _, rounds, _, _) = world.parts();
    rounds.set_version_for_testing(0);
    world.try_finalize(1, 1);
    world.end();
}

#[test, expected_failure(abort_code = 120, location = vramhub::package_version)]
fun nobody_votes_in_old_rounds() {
    let mut world = ready();
    let (_, _, _, _, _, _, rounds, _, _) = world.parts();
    rounds.set_version_for_testing(0);
    world.vote_with(1, 2, world::genesis_root(), world::genesis_root(), vector[]);
    world.end();
}

#[test, expected_failure(abort_code = 120, location = vramhub::package_version)]
fun nothing_is_paid_into_old_rewards() {
    let mut world = ready();
    let (_, _, _, _, _, _, _, rewards, _) = world.parts();
    rewards.set_version_for_testing(0);
    world.try_finalize(1, 1);
    world.end();
}

#[test, expected_failure(abort_code = 120, location = vramhub::package_version)]
fun hparams_that_are_up_to_date_are_not_migrated() {
    let mut world = ready();
    let (_, _, cap, hparams, _, _, _, _, _) = world.parts();
    hparams.migrate(cap);
    world.end();
}

#[test, expected_failure(abort_code = 100, location = vramhub::hparams)]
fun only_governance_migrates_the_hparams() {
    let mut world = ready();
    let (scenario, _, _, hparams, _, _, _, _, _) = world.parts();
    let cap = hparams::governance_for_testing(world::digest(b"other"), scenario.ctx());
    hparams.migrate(&cap);
    destroy(cap);
    world.end();
}

#[test, expected_failure(abort_code = 120, location = vramhub::package_version)]
fun a_registry_that_is_up_to_date_is_not_migrated() {
    let mut world = ready();
    let (_, _, cap, hparams, registry, _, _, _, _) = world.parts();
    registry.migrate(hparams, cap);
    world.end();
}

#[test, expected_failure(abort_code = 100, location = vramhub::hparams)]
fun only_governance_migrates_the_registry() {
    let mut world = ready();
    let (scenario, _, _, hparams, registry, _, _, _, _) = world.parts();
    let cap = hparams::governance_for_testing(world::digest(b"other"), scenario.ctx());
    registry.migrate(hparams, &cap);
    destroy(cap);
    world.end();
}

#[test, expected_failure(abort_code = 120, location = vramhub::package_version)]
fun enclaves_that_are_up_to_date_are_not_migrated() {
    let mut world = ready();
    let (_, _, cap, hparams, _, enclaves, _, _, _) = world.parts();
    enclaves.migrate(hparams, cap);
    world.end();
}

#[test, expected_failure(abort_code = 100, location = vramhub::hparams)]
fun only_governance_migrates_the_enclaves() {
    let mut world = ready();
    let (scenario, _, _, hparams, _, enclaves, _, _, _) = world.parts();
    let cap = hparams::governance_for_testing(world::digest(b"other"), scenario.ctx());
    enclaves.migrate(hparams, &cap);
    destroy(cap);
    world.end();
}

#[test, expected_failure(abort_code = 120, location = vramhub::package_version)]
fun rounds_that_are_up_to_date_are_not_migrated() {
    let mut world = ready();
    let (_, _, cap, hparams, _, _, rounds, _, _) = world.parts();
    rounds.migrate(hparams, cap);
    world.end();
}

#[test, expected_failure(abort_code = 100, location = vramhub::hparams)]
fun only_governance_migrates_the_rounds() {
    let mut world = ready();
    let (scenario, _, _, hparams, _, _, rounds, _, _) = world.parts();
    let cap = hparams::governance_for_testing(world::digest(b"other"), scenario.ctx());
    rounds.migrate(hparams, &cap);
    destroy(cap);
    world.end();
}

#[test, expected_failure(abort_code = 120, location = vramhub::package_version)]
fun rewards_that_are_up_to_date_are_not_migrated() {
    let mut world = ready();
    let (_, _, cap, hparams, _, _, _, rewards, _) = world.parts();
    rewards.migrate(hparams, cap);
    world.end();
}

#[test, expected_failure(abort_code = 100, location = vramhub::hparams)]
fun only_governance_migrates_the_rewards() {
    let mut world = ready();
    let (scenario, _, _, hparams, _, _, _, rewards, _) = world.parts();
    let cap = hparams::governance_for_testing(world::digest(b"other"), scenario.ctx());
    rewards.migrate(hparams, &cap);
    destroy(cap);
    world.end();
}

#[test, expected_failure(abort_code = 120, location = vramhub::package_version)]
fun a_minter_that_is_up_to_date_is_not_migrated() {
    let mut world = ready();
    let (_, _, cap, hparams, _, _, _, _, minter) = world.parts();
    minter.migrate(hparams, cap);
    world.end();
}

#[test, expected_failure(abort_code = 100, location = vramhub::hparams)]
fun only_governance_migrates_the_minter() {
    let mut world = ready();
    let (scenario, _, _, hparams, _, _, _, _, minter) = world.parts();
    let cap = hparams::governance_for_testing(world::digest(b"other"), scenario.ctx());
    minter.migrate(hparams, &cap);
    destroy(cap);
    world.end();
}

#[test, expected_failure(abort_code = 120, location = vramhub::package_version)]
fun datasets_that_are_up_to_date_are_not_migrated() {
    let mut world = ready();
    let mut datasets: Datasets = world.scenario().take_shared();
    let (_, _, cap, hparams, _, _, _, _, _) = world.parts();
    datasets.migrate(hparams, cap);
    test_scenario::return_shared(datasets);
    world.end();
}

#[test, expected_failure(abort_code = 120, location = vramhub::package_version)]
fun no_dataset_is_registered_with_an_old_registry() {
    let mut world = ready();
    let mut datasets: Datasets = world.scenario().take_shared();
    datasets.set_version_for_testing(0);
    datasets.register_dataset(
        world::digest(b"root"), b"n".to_string(), b"l".to_string(), world::digest(b"t"), 2, 2, 2,
        hparams::new_page_range(0, 1), hparams::new_page_range(1, 1), vector[], world.scenario().ctx(),
    );
    test_scenario::return_shared(datasets);
    world.end();
}
