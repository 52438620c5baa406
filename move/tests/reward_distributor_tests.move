#[test_only]
module vramhub::reward_distributor_tests;

use std::unit_test::assert_eq;
use sui::coin::Coin;
use sui::event;
use vramhub::reward_distributor::{Self, Claimed};
use vramhub::vram_token::VRAM_TOKEN;
use vramhub::world::{Self, World};

const COIN: u64 = 1_000_000_000;

/// A network whose first window has paid miner 1, two validators and the treasury.
fun paid(): World {
    let mut world = world::begin();
    world.populate(2, 2);
    world.open(1);
    world.commit(1, 1);
    world.open_scoring(1);
    2u64.do!(|i| {
        let mut report = world.report(1, i + 1);
        world::accept(&mut report, 1, 1, 500, 600);
        world.submit(i + 1, report);
    });
    world.finalize(1);
    world
}

fun claim_miner(world: &mut World, sender: address, miner: u64) {
    world.as_sender(sender);
    let (scenario, _, _, hparams, registry, _, _, rewards, _) = world.parts();
    rewards.claim_miner(registry, hparams, miner, scenario.ctx());
}

fun claim_validator(world: &mut World, sender: address, validator: u64) {
    world.as_sender(sender);
    let (scenario, _, _, hparams, registry, _, _, rewards, _) = world.parts();
    rewards.claim_validator(registry, hparams, validator, scenario.ctx());
}

fun claim_treasury(world: &mut World) {
    world.as_sender(@0xC4A4);
    let (scenario, clock, _, hparams, registry, _, _, rewards, _) = world.parts();
    rewards.claim_treasury(registry, hparams, clock, scenario.ctx());
}

/// What the address was paid in the last transaction.
fun received(world: &mut World, recipient: address): u64 {
    world.as_sender(recipient);
    let coin: Coin<VRAM_TOKEN> = world.scenario().take_from_sender();
    coin.burn_for_testing()
}

#[test]
fun claims_pay_the_payout_address_and_the_treasury() {
    let mut world = paid();
    // A round of one moves no mean, so its conservative skill stays below zero: nothing for miners.
    assert_eq!(world.registry().miner_credit(1), 0);
    claim_validator(&mut world, world::validator(1), 1);
    assert_eq!(event::events_by_type<Claimed>().length(), 1);
    assert_eq!(received(&mut world, world::payout()), 5_250_000_000);
    claim_validator(&mut world, world::validator(2), 2);
    assert_eq!(received(&mut world, world::payout()), 5_250_000_000);
    claim_treasury(&mut world);
    assert_eq!(received(&mut world, world::treasury()), 3_500_000_000);
    assert_eq!(world.rewards().unclaimed(), 0);
    assert_eq!(world.rewards().treasury_credit(), 0);
    assert_eq!(world.registry().validator_credit(1), 0);
    world.end();
}

#[test]
fun a_pool_without_a_recipient_is_not_issued() {
    let credits = reward_distributor::divide(
        70 * COIN,
        &world::parameters(),
        &vector[1, 2],
        &vector[0, 0],
        &vector[7, 9],
        &vector[0, 5],
    );
    assert_eq!(credits.map_ref!(|credit| credit.uid()), vector[9, 0]);
    assert_eq!(credits.map_ref!(|credit| credit.role()), vector[1, 2]);
    assert_eq!(credits.map_ref!(|credit| credit.amount()), vector[10_500_000_000, 3_500_000_000]);
}

#[test]
fun all_pools_are_paid_to_the_last_unit() {
    let credits = reward_distributor::divide(
        100,
        &world::parameters(),
        &vector[1, 2, 3],
        &vector[1, 1, 1],
        &vector[1],
        &vector[1],
    );
    assert_eq!(credits.map_ref!(|credit| credit.amount()), vector[27, 27, 26, 15, 5]);
}

#[test, expected_failure(abort_code = 90, location = vramhub::reward_distributor)]
fun a_miner_without_a_credit_claims_nothing() {
    let mut world = paid();
    claim_miner(&mut world, world::miner(2), 2);
    world.end();
}

#[test, expected_failure(abort_code = 90, location = vramhub::reward_distributor)]
fun a_validator_claims_once() {
    let mut world = paid();
    claim_validator(&mut world, world::validator(1), 1);
    claim_validator(&mut world, world::validator(1), 1);
    world.end();
}

#[test, expected_failure(abort_code = 90, location = vramhub::reward_distributor)]
fun the_treasury_claims_once() {
    let mut world = paid();
    claim_treasury(&mut world);
    claim_treasury(&mut world);
    world.end();
}

#[test, expected_failure(abort_code = 1, location = vramhub::peer_registry)]
fun nobody_claims_for_another_miner() {
    let mut world = paid();
    claim_miner(&mut world, world::miner(2), 1);
    world.end();
}

#[test, expected_failure(abort_code = 1, location = vramhub::peer_registry)]
fun nobody_claims_for_another_validator() {
    let mut world = paid();
    claim_validator(&mut world, world::validator(2), 1);
    world.end();
}

#[test, expected_failure(abort_code = 6, location = vramhub::peer_registry)]
fun an_unknown_miner_claims_nothing() {
    let mut world = paid();
    claim_miner(&mut world, world::miner(1), 9);
    world.end();
}

#[test, expected_failure(abort_code = 7, location = vramhub::peer_registry)]
fun an_unknown_validator_claims_nothing() {
    let mut world = paid();
    claim_validator(&mut world, world::validator(1), 9);
    world.end();
}
