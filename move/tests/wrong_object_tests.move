#[test_only]
/// Objects of different networks do not play together.
module vramhub::wrong_object_tests;

use std::unit_test::destroy;
use sui::test_scenario;
use vramhub::dataset_registry::Datasets;
use vramhub::finalization;
use vramhub::gradient_registry;
use vramhub::hparams::{Self, GovernanceCap, Hparams};
use vramhub::peer_registry::{Self, Registry};
use vramhub::reward_distributor::{Self, Rewards};
use vramhub::score_ledger;
use vramhub::world::{Self, World};

/// Objects of another network.
public struct Other {
    hparams: Hparams,
    registry: Registry,
    rewards: Rewards,
    cap: GovernanceCap,
}

/// A network whose window 1 is open, and another one.
fun two(): (World, Other) {
    let mut world = world::begin();
    world.populate(1, 2);
    world.open(1);
    let network = world::digest(b"another network");
    let ctx = world.scenario().ctx();
    let cap = hparams::create(network, world::parameters(), ctx);
    peer_registry::create(network, ctx);
    reward_distributor::create(network, ctx);
    world.as_sender(world::miner(1));
    let other = Other {
        hparams: world.scenario().take_shared(),
        registry: world.scenario().take_shared(),
        rewards: world.scenario().take_shared(),
        cap,
    };
    (world, other)
}

fun end(world: World, other: Other) {
    let Other { hparams, registry, rewards, cap } = other;
    test_scenario::return_shared(hparams);
    test_scenario::return_shared(registry);
    test_scenario::return_shared(rewards);
    destroy(cap);
    world.end();
}

#[test]
fun two_networks_live_side_by_side() {
    let (mut world, other) = two();
    world.commit(1, 1);
    world.finalize(1);
    end(world, other);
}

#[test, expected_failure(abort_code = 121, location = vramhub::peer_registry)]
fun a_registry_goes_with_its_parameters() {
    let (mut world, other) = two();
    let (scenario, clock, _, _, registry, _, _, _, _) = world.parts();
    registry.leave_miner(&other.hparams, 1, clock, scenario.ctx());
    end(world, other);
}

#[test, expected_failure(abort_code = 121, location = vramhub::peer_registry)]
fun a_validator_goes_with_its_parameters() {
    let (mut world, other) = two();
    let (scenario, clock, _, _, registry, _, _, _, _) = world.parts();
    registry.leave_validator(&other.hparams, 1, clock, scenario.ctx());
    end(world, other);
}

#[test, expected_failure(abort_code = 121, location = vramhub::round_state)]
fun rounds_go_with_their_parameters() {
    let (mut world, other) = two();
    let (_, clock, _, _, _, _, rounds, _, _) = world.parts();
    rounds.open_scoring_for_testing(&other.hparams, 1, world::evaluation_seed(1), clock);
    end(world, other);
}

#[test, expected_failure(abort_code = 121, location = vramhub::peer_registry)]
fun rounds_go_with_their_registry() {
    let (mut world, other) = two();
    let (scenario, clock, _, hparams, _, _, rounds, _, _) = world.parts();
    rounds.open_window_for_testing(
        &other.registry,
        hparams,
        2,
        world::assignment_seed(2),
        clock,
        scenario.ctx(),
    );
    end(world, other);
}

#[test, expected_failure(abort_code = 121, location = vramhub::peer_registry)]
fun gradients_go_with_their_registry() {
    let (mut world, other) = two();
    let (scenario, clock, _, hparams, _, _, rounds, _, _) = world.parts();
    gradient_registry::commit_gradient(
        rounds, &other.registry, hparams, 1, 1, world::content(1, 1), 1, world::walrus(),
        b"topk-q2/1".to_string(), clock, scenario.ctx(),
    );
    end(world, other);
}

#[test, expected_failure(abort_code = 121, location = vramhub::peer_registry)]
fun reports_go_with_their_registry() {
    let (mut world, other) = two();
    let report = world.report(1, 1);
    let (scenario, clock, _, hparams, _, _, rounds, _, _) = world.parts();
    score_ledger::submit_scores(
        rounds, &other.registry, hparams, report, 0, vector[], clock, scenario.ctx(),
    );
    end(world, other);
}

#[test, expected_failure(abort_code = 121, location = vramhub::peer_registry)]
fun votes_go_with_their_registry() {
    let (mut world, other) = two();
    let (scenario, clock, _, hparams, _, _, rounds, _, _) = world.parts();
    rounds.anchor_checkpoint(
        &other.registry, hparams, 1, 2, vector[], world::digest(b"root"), vector[], clock, scenario.ctx(),
    );
    end(world, other);
}

#[test, expected_failure(abort_code = 121, location = vramhub::reward_distributor)]
fun finalizing_goes_with_its_rewards() {
    let (mut world, mut other) = two();
    let (_, clock, _, hparams, registry, _, rounds, _, minter) = world.parts();
    finalization::finalize_window(
        rounds, registry, &mut other.rewards, minter, hparams, 1, 1, clock,
    );
    end(world, other);
}

#[test, expected_failure(abort_code = 121, location = vramhub::peer_registry)]
fun finalizing_goes_with_its_registry() {
    let (mut world, mut other) = two();
    let (_, clock, _, hparams, _, _, rounds, rewards, minter) = world.parts();
    finalization::finalize_window(
        rounds, &mut other.registry, rewards, minter, hparams, 1, 1, clock,
    );
    end(world, other);
}

#[test, expected_failure(abort_code = 121, location = vramhub::reward_distributor)]
fun claims_go_with_their_rewards() {
    let (mut world, mut other) = two();
    let (scenario, _, _, hparams, registry, _, _, _, _) = world.parts();
    other.rewards.claim_miner(registry, hparams, 1, scenario.ctx());
    end(world, other);
}

#[test, expected_failure(abort_code = 121, location = vramhub::reward_distributor)]
fun validators_claims_go_with_their_rewards() {
    let (mut world, mut other) = two();
    let (scenario, _, _, hparams, registry, _, _, _, _) = world.parts();
    other.rewards.claim_validator(registry, hparams, 1, scenario.ctx());
    end(world, other);
}

#[test, expected_failure(abort_code = 121, location = vramhub::reward_distributor)]
fun the_treasurys_claim_goes_with_its_rewards() {
    let (mut world, mut other) = two();
    let (scenario, clock, _, hparams, registry, _, _, _, _) = world.parts();
    other.rewards.claim_treasury(registry, hparams, clock, scenario.ctx());
    end(world, other);
}

#[test, expected_failure(abort_code = 121, location = vramhub::enclave_registry)]
fun enclaves_go_with_their_parameters() {
    let (mut world, other) = two();
    let (scenario, clock, _, _, registry, enclaves, _, _, _) = world.parts();
    enclaves.register_for_testing(
        registry, &other.hparams, 1, 0, option::none(), option::none(), option::none(), option::none(),
        clock, scenario.ctx(),
    );
    end(world, other);
}

#[test, expected_failure(abort_code = 121, location = vramhub::peer_registry)]
fun another_governance_does_not_migrate_the_registry() {
    let (mut world, other) = two();
    let (_, _, _, _, registry, _, _, _, _) = world.parts();
    registry.migrate(&other.hparams, &other.cap);
    end(world, other);
}

#[test, expected_failure(abort_code = 121, location = vramhub::enclave_registry)]
fun another_governance_does_not_migrate_the_enclaves() {
    let (mut world, other) = two();
    let (_, _, _, _, _, enclaves, _, _, _) = world.parts();
    enclaves.migrate(&other.hparams, &other.cap);
    end(world, other);
}

#[test, expected_failure(abort_code = 121, location = vramhub::round_state)]
fun another_governance_does_not_migrate_the_rounds() {
    let (mut world, other) = two();
    let (_, _, _, _, _, _, rounds, _, _) = world.parts();
    rounds.migrate(&other.hparams, &other.cap);
    end(world, other);
}

#[test, expected_failure(abort_code = 121, location = vramhub::reward_distributor)]
fun another_governance_does_not_migrate_the_rewards() {
    let (mut world, other) = two();
    let (_, _, _, _, _, _, _, rewards, _) = world.parts();
    rewards.migrate(&other.hparams, &other.cap);
    end(world, other);
}

#[test, expected_failure(abort_code = 121, location = vramhub::vram_token)]
fun another_governance_does_not_migrate_the_minter() {
    let (mut world, other) = two();
    let (_, _, _, _, _, _, _, _, minter) = world.parts();
    minter.migrate(&other.hparams, &other.cap);
    end(world, other);
}

#[test, expected_failure(abort_code = 121, location = vramhub::dataset_registry)]
fun another_governance_does_not_migrate_the_datasets() {
    let (mut world, other) = two();
    let mut datasets: Datasets = world.scenario().take_shared();
    datasets.migrate(&other.hparams, &other.cap);
    test_scenario::return_shared(datasets);
    end(world, other);
}
