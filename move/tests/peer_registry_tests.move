#[test_only]
module vramhub::peer_registry_tests;

use std::unit_test::assert_eq;
use sui::coin::{Self, Coin};
use sui::event;
use sui::sui::SUI;
use vramhub::peer_registry::{
    MinerLeft,
    MinerRegistered,
    MinerStakeAdded,
    MinerStakeWithdrawn,
    ValidatorLeft,
    ValidatorRegistered,
    ValidatorStakeAdded,
    ValidatorStakeWithdrawn,
    CredentialsPublished,
};
use vramhub::openskill;
use vramhub::signed;
use vramhub::world::{Self, World};

const COIN: u64 = 1_000_000_000;

fun leave_miner(world: &mut World, sender: u64, uid: u64) {
    world.as_sender(world::miner(sender));
    let (scenario, clock, _, hparams, registry, _, _, _, _) = world.parts();
    registry.leave_miner(hparams, uid, clock, scenario.ctx());
}

fun leave_validator(world: &mut World, sender: u64, uid: u64) {
    world.as_sender(world::validator(sender));
    let (scenario, clock, _, hparams, registry, _, _, _, _) = world.parts();
    registry.leave_validator(hparams, uid, clock, scenario.ctx());
}

fun add_miner_stake(world: &mut World, sender: u64, uid: u64, amount: u64) {
    world.as_sender(world::miner(sender));
    let (scenario, _, _, _, registry, _, _, _, _) = world.parts();
    let coin = coin::mint_for_testing<SUI>(amount, scenario.ctx());
    registry.add_miner_stake(uid, coin, scenario.ctx());
}

fun add_validator_stake(world: &mut World, sender: u64, uid: u64, amount: u64) {
    world.as_sender(world::validator(sender));
    let (scenario, _, _, _, registry, _, _, _, _) = world.parts();
    let coin = coin::mint_for_testing<SUI>(amount, scenario.ctx());
    registry.add_validator_stake(uid, coin, scenario.ctx());
}

fun withdraw_miner(world: &mut World, sender: u64, uid: u64): u64 {
    world.as_sender(world::miner(sender));
    let (scenario, clock, _, _, registry, _, _, _, _) = world.parts();
    registry.withdraw_miner_stake(uid, clock, scenario.ctx()).burn_for_testing()
}

fun withdraw_validator(world: &mut World, sender: u64, uid: u64): u64 {
    world.as_sender(world::validator(sender));
    let (scenario, clock, _, _, registry, _, _, _, _) = world.parts();
    registry.withdraw_validator_stake(uid, clock, scenario.ctx()).burn_for_testing()
}

fun publish(world: &mut World, sender: u64, uid: u64, epoch: u64, bytes: u64) {
    world.as_sender(world::miner(sender));
    let (scenario, _, _, _, registry, _, _, _, _) = world.parts();
    registry.publish_credentials(uid, epoch, vector::tabulate!(bytes, |_| 7), scenario.ctx());
}

fun register_labelled(world: &mut World, label: vector<u8>) {
    world.as_sender(world::miner(1));
    let (scenario, clock, _, hparams, registry, _, _, _, _) = world.parts();
    let coin: Coin<SUI> = coin::mint_for_testing(COIN, scenario.ctx());
    registry.register_miner(
        hparams,
        coin,
        @0x1,
        label.to_string(),
        clock,
        scenario.ctx(),
    );
}

#[test]
fun uids_are_assigned_from_one_and_never_reused() {
    let mut world = world::begin();
    assert_eq!(world.register_miner(1, COIN), 1);
    assert_eq!(world.register_miner(2, COIN), 2);
    leave_miner(&mut world, 1, 1);
    assert_eq!(world.register_miner(1, COIN), 3);
    assert_eq!(world.register_validator(1, 10 * COIN), 1);
    assert_eq!(world.register_validator(1, 10 * COIN), 2);
    assert_eq!(world.registry().active_miners(), vector[2, 3]);
    assert!(world.registry().has_miner(3) && !world.registry().has_miner(4));
    assert!(world.registry().has_validator(2) && !world.registry().has_validator(0));
    world.end();
}

#[test]
fun a_new_miner_has_the_initial_rating_and_nothing_else() {
    let mut world = world::begin();
    world.register_miner(1, 2 * COIN);
    let registry = world.registry();
    assert_eq!(registry.rating(1), openskill::initial());
    assert_eq!(registry.proof_nanos(1), signed::zero());
    assert_eq!(registry.scored_windows(1), 0);
    assert_eq!(registry.absences(1), 0);
    assert_eq!(registry.miner_credit(1), 0);
    assert_eq!(registry.miner_stake(1), 2 * COIN);
    assert_eq!(registry.miner_owner(1), world::miner(1));
    assert!(registry.is_miner_active(1));
    assert!(registry.credentials(1).is_none());
    assert_eq!(event::events_by_type<MinerRegistered>().length(), 1);
    world.end();
}

#[test]
fun a_validator_takes_part_from_its_first_enclave_on() {
    let mut world = world::begin();
    world.register_validator(1, 10 * COIN);
    assert_eq!(event::events_by_type<ValidatorRegistered>().length(), 1);
    world.register_validator(2, 30 * COIN);
    assert!(!world.registry().is_validator_active(1));
    assert!(world.registry().enclave(1).is_none());
    world.register_enclave(2, world::key(2, 1));
    world.register_enclave(1, world::key(1, 1));
    let bonds = world.registry().bonds();
    assert_eq!(bonds.map_ref!(|bond| bond.validator()), vector[1, 2]);
    assert_eq!(bonds.map_ref!(|bond| bond.stake()), vector[10 * COIN, 30 * COIN]);
    assert_eq!(world.registry().validator_owner(2), world::validator(2));
    assert_eq!(world.registry().deviations(2), 0);
    assert!(world.registry().jailed(2).is_none());
    assert_eq!(world.registry().validator_credit(2), 0);
    world.end();
}

#[test]
fun stake_added_counts_at_once_and_comes_back_whole() {
    let mut world = world::begin();
    world.register_validator(1, 10 * COIN);
    world.register_enclave(1, world::key(1, 1));
    add_validator_stake(&mut world, 1, 1, 5 * COIN);
    assert_eq!(event::events_by_type<ValidatorStakeAdded>().length(), 1);
    assert_eq!(world.registry().validator_stake(1), 15 * COIN);
    assert_eq!(world.registry().bonds()[0].stake(), 15 * COIN);
    world.register_miner(1, COIN);
    add_miner_stake(&mut world, 1, 1, 3);
    assert_eq!(event::events_by_type<MinerStakeAdded>().length(), 1);
    leave_validator(&mut world, 1, 1);
    assert_eq!(event::events_by_type<ValidatorLeft>().length(), 1);
    assert!(!world.registry().is_validator_active(1));
    leave_miner(&mut world, 1, 1);
    assert_eq!(event::events_by_type<MinerLeft>().length(), 1);
    assert!(!world.registry().is_miner_active(1));
    // The unbonding delay is two and a half windows.
    world.at(2, 50_000);
    assert_eq!(withdraw_validator(&mut world, 1, 1), 15 * COIN);
    assert_eq!(event::events_by_type<ValidatorStakeWithdrawn>().length(), 1);
    assert_eq!(withdraw_miner(&mut world, 1, 1), COIN + 3);
    assert_eq!(event::events_by_type<MinerStakeWithdrawn>().length(), 1);
    assert_eq!(world.registry().miner_stake(1), 0);
    world.end();
}

#[test]
fun credentials_are_replaced_by_newer_ones() {
    let mut world = world::begin();
    world.register_miner(1, COIN);
    publish(&mut world, 1, 1, 1, 500);
    publish(&mut world, 1, 1, 2, 4096);
    assert_eq!(event::events_by_type<CredentialsPublished>().length(), 1);
    assert_eq!(world.registry().credentials(1).destroy_some().key_epoch(), 2);
    world.end();
}

#[test]
fun labels_of_64_bytes_without_control_characters_are_fine() {
    let mut world = world::begin();
    register_labelled(&mut world, b"");
    register_labelled(&mut world, vector::tabulate!(64, |_| 0x7E));
    // U+00A0, the first character after the controls, and a name in Greek.
    register_labelled(&mut world, x"C2A0CEB1CEB2");
    assert_eq!(world.registry().active_miners(), vector[1, 2, 3]);
    world.end();
}

#[test, expected_failure(abort_code = 12, location = vramhub::peer_registry)]
fun a_label_of_65_bytes_is_too_long() {
    let mut world = world::begin();
    register_labelled(&mut world, vector::tabulate!(65, |_| 0x61));
    world.end();
}

#[test, expected_failure(abort_code = 12, location = vramhub::peer_registry)]
fun a_label_has_no_line_break() {
    let mut world = world::begin();
    register_labelled(&mut world, b"two\nlines");
    world.end();
}

#[test, expected_failure(abort_code = 12, location = vramhub::peer_registry)]
fun a_label_has_no_delete() {
    let mut world = world::begin();
    register_labelled(&mut world, x"617F");
    world.end();
}

#[test, expected_failure(abort_code = 12, location = vramhub::peer_registry)]
fun a_label_has_no_c1_control() {
    let mut world = world::begin();
    register_labelled(&mut world, x"C285");
    world.end();
}

#[test, expected_failure(abort_code = 5, location = vramhub::peer_registry)]
fun a_miner_bonds_the_minimum() {
    let mut world = world::begin();
    world.register_miner(1, COIN - 1);
    world.end();
}

#[test, expected_failure(abort_code = 5, location = vramhub::peer_registry)]
fun a_validator_bonds_the_minimum() {
    let mut world = world::begin();
    world.register_validator(1, 10 * COIN - 1);
    world.end();
}

#[test, expected_failure(abort_code = 15, location = vramhub::peer_registry)]
fun the_dataset_has_pages_for_five_miners() {
    let mut world = world::begin();
    6u64.do!(|i| { world.register_miner(i + 1, COIN); });
    world.end();
}

#[test, expected_failure(abort_code = 15, location = vramhub::peer_registry)]
fun no_more_than_256_miners_take_part() {
    let mut world = world::begin_with(world::parameters_for(10_000));
    257u64.do!(|i| { world.register_miner(i + 1, COIN); });
    world.end();
}

#[test, expected_failure(abort_code = 15, location = vramhub::peer_registry)]
fun no_more_than_32_validators_take_part() {
    let mut world = world::begin();
    world.populate(0, 33);
    world.end();
}

#[test, expected_failure(abort_code = 5, location = vramhub::peer_registry)]
fun nothing_is_no_stake_of_a_miner() {
    let mut world = world::begin();
    world.register_miner(1, COIN);
    add_miner_stake(&mut world, 1, 1, 0);
    world.end();
}

#[test, expected_failure(abort_code = 5, location = vramhub::peer_registry)]
fun nothing_is_no_stake_of_a_validator() {
    let mut world = world::begin();
    world.register_validator(1, 10 * COIN);
    add_validator_stake(&mut world, 1, 1, 0);
    world.end();
}

#[test, expected_failure(abort_code = 6, location = vramhub::peer_registry)]
fun nobody_can_leave_an_unknown_miner() {
    let mut world = world::begin();
    leave_miner(&mut world, 1, 9);
    world.end();
}

#[test, expected_failure(abort_code = 1, location = vramhub::peer_registry)]
fun nobody_else_can_leave_a_miner() {
    let mut world = world::begin();
    world.register_miner(1, COIN);
    leave_miner(&mut world, 2, 1);
    world.end();
}

#[test, expected_failure(abort_code = 6, location = vramhub::peer_registry)]
fun nobody_can_withdraw_an_unknown_miner() {
    let mut world = world::begin();
    withdraw_miner(&mut world, 1, 9);
    world.end();
}

#[test, expected_failure(abort_code = 1, location = vramhub::peer_registry)]
fun nobody_else_can_withdraw_a_miner() {
    let mut world = world::begin();
    world.register_miner(1, COIN);
    withdraw_miner(&mut world, 2, 1);
    world.end();
}

#[test, expected_failure(abort_code = 1, location = vramhub::peer_registry)]
fun nobody_else_adds_to_a_miner() {
    let mut world = world::begin();
    world.register_miner(1, COIN);
    add_miner_stake(&mut world, 2, 1, 1);
    world.end();
}

#[test, expected_failure(abort_code = 10, location = vramhub::peer_registry)]
fun a_miner_leaves_once() {
    let mut world = world::begin();
    world.register_miner(1, COIN);
    leave_miner(&mut world, 1, 1);
    leave_miner(&mut world, 1, 1);
    world.end();
}

#[test, expected_failure(abort_code = 10, location = vramhub::peer_registry)]
fun a_miner_that_left_takes_no_more_stake() {
    let mut world = world::begin();
    world.register_miner(1, COIN);
    leave_miner(&mut world, 1, 1);
    add_miner_stake(&mut world, 1, 1, 1);
    world.end();
}

#[test, expected_failure(abort_code = 13, location = vramhub::peer_registry)]
fun the_stake_of_a_miner_that_stays_is_bonded() {
    let mut world = world::begin();
    world.register_miner(1, COIN);
    withdraw_miner(&mut world, 1, 1);
    world.end();
}

#[test, expected_failure(abort_code = 9, location = vramhub::peer_registry)]
fun the_stake_of_a_miner_unbonds_to_the_millisecond() {
    let mut world = world::begin();
    world.register_miner(1, COIN);
    leave_miner(&mut world, 1, 1);
    world.at(2, 49_999);
    withdraw_miner(&mut world, 1, 1);
    world.end();
}

#[test, expected_failure(abort_code = 14, location = vramhub::peer_registry)]
fun the_stake_of_a_miner_is_paid_back_once() {
    let mut world = world::begin();
    world.register_miner(1, COIN);
    leave_miner(&mut world, 1, 1);
    world.at(3, 0);
    withdraw_miner(&mut world, 1, 1);
    withdraw_miner(&mut world, 1, 1);
    world.end();
}

#[test, expected_failure(abort_code = 7, location = vramhub::peer_registry)]
fun nobody_can_leave_an_unknown_validator() {
    let mut world = world::begin();
    leave_validator(&mut world, 1, 9);
    world.end();
}

#[test, expected_failure(abort_code = 1, location = vramhub::peer_registry)]
fun nobody_else_can_leave_a_validator() {
    let mut world = world::begin();
    world.register_validator(1, 10 * COIN);
    leave_validator(&mut world, 2, 1);
    world.end();
}

#[test, expected_failure(abort_code = 7, location = vramhub::peer_registry)]
fun nobody_can_withdraw_an_unknown_validator() {
    let mut world = world::begin();
    withdraw_validator(&mut world, 1, 9);
    world.end();
}

#[test, expected_failure(abort_code = 1, location = vramhub::peer_registry)]
fun nobody_else_can_withdraw_a_validator() {
    let mut world = world::begin();
    world.register_validator(1, 10 * COIN);
    withdraw_validator(&mut world, 2, 1);
    world.end();
}

#[test, expected_failure(abort_code = 1, location = vramhub::peer_registry)]
fun nobody_else_adds_to_a_validator() {
    let mut world = world::begin();
    world.register_validator(1, 10 * COIN);
    add_validator_stake(&mut world, 2, 1, 1);
    world.end();
}

#[test, expected_failure(abort_code = 10, location = vramhub::peer_registry)]
fun a_validator_leaves_once() {
    let mut world = world::begin();
    world.register_validator(1, 10 * COIN);
    leave_validator(&mut world, 1, 1);
    leave_validator(&mut world, 1, 1);
    world.end();
}

#[test, expected_failure(abort_code = 10, location = vramhub::peer_registry)]
fun a_validator_that_left_takes_no_more_stake() {
    let mut world = world::begin();
    world.register_validator(1, 10 * COIN);
    leave_validator(&mut world, 1, 1);
    add_validator_stake(&mut world, 1, 1, 1);
    world.end();
}

#[test, expected_failure(abort_code = 13, location = vramhub::peer_registry)]
fun the_stake_of_a_validator_that_stays_is_bonded() {
    let mut world = world::begin();
    world.register_validator(1, 10 * COIN);
    withdraw_validator(&mut world, 1, 1);
    world.end();
}

#[test, expected_failure(abort_code = 9, location = vramhub::peer_registry)]
fun the_stake_of_a_validator_unbonds_to_the_millisecond() {
    let mut world = world::begin();
    world.register_validator(1, 10 * COIN);
    leave_validator(&mut world, 1, 1);
    world.at(2, 49_999);
    withdraw_validator(&mut world, 1, 1);
    world.end();
}

#[test, expected_failure(abort_code = 14, location = vramhub::peer_registry)]
fun the_stake_of_a_validator_is_paid_back_once() {
    let mut world = world::begin();
    world.register_validator(1, 10 * COIN);
    leave_validator(&mut world, 1, 1);
    world.at(3, 0);
    withdraw_validator(&mut world, 1, 1);
    withdraw_validator(&mut world, 1, 1);
    world.end();
}

#[test, expected_failure(abort_code = 1, location = vramhub::peer_registry)]
fun only_the_owner_publishes_credentials() {
    let mut world = world::begin();
    world.register_miner(1, COIN);
    publish(&mut world, 2, 1, 1, 100);
    world.end();
}

#[test, expected_failure(abort_code = 123, location = vramhub::peer_registry)]
fun credentials_are_bounded() {
    let mut world = world::begin();
    world.register_miner(1, COIN);
    publish(&mut world, 1, 1, 1, 4097);
    world.end();
}

#[test, expected_failure(abort_code = 10, location = vramhub::peer_registry)]
fun a_miner_that_left_publishes_nothing() {
    let mut world = world::begin();
    world.register_miner(1, COIN);
    leave_miner(&mut world, 1, 1);
    publish(&mut world, 1, 1, 1, 1);
    world.end();
}
