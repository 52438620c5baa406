#[test_only]
module vramhub::seal_policy_tests;

use std::unit_test::assert_eq;
use vramhub::hparams;
use vramhub::seal_policy;
use vramhub::world::{Self, World};

const COIN: u64 = 1_000_000_000;
const STRANGER: address = @0x57;

/// Two miners have committed in window 1; five validators take part, of which three score each.
fun committed(): World {
    let mut world = world::begin_with(world::parameters_for(40));
    world.populate(2, 5);
    world.open(1);
    world.commit(1, 1);
    world.commit(1, 2);
    world
}

fun gradient(miner: u64): vector<u8> {
    seal_policy::gradient_identity(world::network(), 1, miner)
}

fun credentials(miner: u64, key_epoch: u64): vector<u8> {
    seal_policy::credentials_identity(world::network(), miner, key_epoch)
}

/// The sender, a stranger or the owner of the validator, asks for a gradient.
fun ask_gradient(world: &mut World, id: vector<u8>, validator: u64, sender: address) {
    world.as_sender(sender);
    let (scenario, _, _, hparams, registry, _, rounds, _, _) = world.parts();
    let ctx = scenario.ctx();
    seal_policy::approve_gradient_for_testing(id, rounds, registry, hparams, validator, ctx);
}

fun ask_credentials(world: &mut World, id: vector<u8>, validator: u64, sender: address) {
    world.as_sender(sender);
    let (scenario, clock, _, hparams, registry, _, _, _, _) = world.parts();
    let ctx = scenario.ctx();
    seal_policy::approve_credentials_for_testing(id, registry, hparams, validator, clock, ctx);
}

fun publish(world: &mut World, miner: u64, key_epoch: u64) {
    world.as_sender(world::miner(miner));
    let (scenario, _, _, _, registry, _, _, _, _) = world.parts();
    registry.publish_credentials(miner, key_epoch, b"sealed", scenario.ctx());
}

/// The validators that score the first miner, or that do not.
fun scorers(world: &World, scoring: bool): vector<u64> {
    let round = world.rounds().round(1);
    let places = vramhub::scorer_assignment::scorers(
        &round.evaluation_seed(),
        round.bonds(),
        1,
        round.parameters().scorers_per_miner(),
    );
    let places = vector::tabulate!(5, |place| place).filter!(|place| {
        places.contains(place) == scoring
    });
    places.map!(|place| place + 1)
}

// === Identities ===

#[test]
fun identities_are_these_bytes() {
    let network = x"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    assert_eq!(
        seal_policy::gradient_identity(network, 258, 3),
        x"0000112233445566778899aabbccddeeff00112233445566778899aabbccddeeff02010000000000000300000000000000",
    );
    assert_eq!(
        seal_policy::credentials_identity(network, 3, 258),
        x"0100112233445566778899aabbccddeeff00112233445566778899aabbccddeeff03000000000000000201000000000000",
    );
}

#[test, expected_failure(abort_code = 160, location = vramhub::seal_policy)]
fun a_network_has_32_bytes() {
    seal_policy::gradient_identity(b"short", 1, 1);
}

// === Gradients ===

#[test]
fun scorers_open_a_gradient_once_scoring_is_open() {
    let mut world = committed();
    world.open_scoring(1);
    let scorers = scorers(&world, true);
    assert_eq!(scorers.length(), 3);
    scorers.do!(|validator| {
        ask_gradient(&mut world, gradient(1), validator, world::validator(validator));
    });
    world.end();
}

#[test]
fun everyone_opens_a_gradient_of_a_final_window() {
    let mut world = committed();
    world.open_scoring(1);
    world.finalize(1);
    ask_gradient(&mut world, gradient(1), 0, STRANGER);
    ask_gradient(&mut world, gradient(2), 0, STRANGER);
    world.end();
}

#[test, expected_failure(abort_code = 26, location = vramhub::seal_policy)]
fun nobody_opens_a_gradient_before_scoring() {
    let mut world = committed();
    world.at(1, 79_999);
    ask_gradient(&mut world, gradient(1), 1, world::validator(1));
    abort
}

#[test, expected_failure(abort_code = 51, location = vramhub::seal_policy)]
fun a_validator_that_was_not_drawn_waits_for_the_end() {
    let mut world = committed();
    world.open_scoring(1);
    let others = scorers(&world, false);
    ask_gradient(&mut world, gradient(1), others[0], world::validator(others[0]));
    abort
}

#[test, expected_failure(abort_code = 51, location = vramhub::seal_policy)]
fun a_validator_that_came_later_scores_nothing() {
    let mut world = committed();
    world.register_validator(6, 10 * COIN);
    world.register_enclave(6, world::key(6, 1));
    world.open_scoring(1);
    ask_gradient(&mut world, gradient(1), 6, world::validator(6));
    abort
}

#[test, expected_failure(abort_code = 1, location = vramhub::peer_registry)]
fun a_stranger_cannot_read_as_a_scorer() {
    let mut world = committed();
    world.open_scoring(1);
    let scorers = scorers(&world, true);
    ask_gradient(&mut world, gradient(1), scorers[0], STRANGER);
    abort
}

#[test, expected_failure(abort_code = 7, location = vramhub::peer_registry)]
fun a_reader_names_a_validator() {
    let mut world = committed();
    world.open_scoring(1);
    ask_gradient(&mut world, gradient(1), 0, STRANGER);
    abort
}

#[test, expected_failure(abort_code = 8, location = vramhub::seal_policy)]
fun a_scorer_that_has_left_reads_no_more() {
    let mut world = committed();
    world.open_scoring(1);
    let validator = scorers(&world, true)[0];
    world.as_sender(world::validator(validator));
    let (scenario, clock, _, hparams, registry, _, _, _, _) = world.parts();
    registry.leave_validator(hparams, validator, clock, scenario.ctx());
    ask_gradient(&mut world, gradient(1), validator, world::validator(validator));
    abort
}

#[test, expected_failure(abort_code = 20, location = vramhub::seal_policy)]
fun a_gradient_belongs_to_a_window_that_has_opened() {
    let mut world = committed();
    let id = seal_policy::gradient_identity(world::network(), 2, 1);
    ask_gradient(&mut world, id, 1, world::validator(1));
    abort
}

#[test, expected_failure(abort_code = 3, location = vramhub::seal_policy)]
fun a_gradient_belongs_to_this_network() {
    let mut world = committed();
    let id = seal_policy::gradient_identity(world::digest(b"another"), 1, 1);
    ask_gradient(&mut world, id, 1, world::validator(1));
    abort
}

#[test, expected_failure(abort_code = 160, location = vramhub::seal_policy)]
fun credentials_are_no_gradient() {
    let mut world = committed();
    ask_gradient(&mut world, credentials(1, 1), 1, world::validator(1));
    abort
}

#[test, expected_failure(abort_code = 160, location = vramhub::seal_policy)]
fun a_longer_identity_is_none() {
    let mut world = committed();
    let mut id = gradient(1);
    id.push_back(0);
    ask_gradient(&mut world, id, 1, world::validator(1));
    abort
}

#[test, expected_failure(abort_code = 160, location = vramhub::seal_policy)]
fun an_empty_identity_is_none() {
    let mut world = committed();
    ask_gradient(&mut world, b"", 1, world::validator(1));
    abort
}

#[test, expected_failure(abort_code = 120, location = vramhub::package_version)]
fun an_older_policy_opens_no_gradient() {
    let mut world = committed();
    world.open_scoring(1);
    world.finalize(1);
    let (_, _, _, _, _, _, rounds, _, _) = world.parts();
    rounds.set_version_for_testing(0);
    ask_gradient(&mut world, gradient(1), 0, STRANGER);
    abort
}

// === Credentials ===

#[test]
fun validators_open_the_credentials_a_miner_published_last() {
    let mut world = committed();
    publish(&mut world, 1, 7);
    5u64.do!(|i| ask_credentials(&mut world, credentials(1, 7), i + 1, world::validator(i + 1)));
    publish(&mut world, 1, 8);
    ask_credentials(&mut world, credentials(1, 8), 1, world::validator(1));
    world.end();
}

#[test, expected_failure(abort_code = 53, location = vramhub::seal_policy)]
fun credentials_of_an_earlier_key_epoch_stay_closed() {
    let mut world = committed();
    publish(&mut world, 1, 7);
    publish(&mut world, 1, 8);
    ask_credentials(&mut world, credentials(1, 7), 1, world::validator(1));
    abort
}

#[test, expected_failure(abort_code = 53, location = vramhub::seal_policy)]
fun a_miner_without_credentials_has_none_to_open() {
    let mut world = committed();
    ask_credentials(&mut world, credentials(1, 1), 1, world::validator(1));
    abort
}

#[test, expected_failure(abort_code = 6, location = vramhub::seal_policy)]
fun credentials_belong_to_a_miner() {
    let mut world = committed();
    ask_credentials(&mut world, credentials(3, 1), 1, world::validator(1));
    abort
}

#[test, expected_failure(abort_code = 1, location = vramhub::peer_registry)]
fun a_stranger_opens_no_credentials() {
    let mut world = committed();
    publish(&mut world, 1, 7);
    ask_credentials(&mut world, credentials(1, 7), 1, STRANGER);
    abort
}

#[test, expected_failure(abort_code = 8, location = vramhub::seal_policy)]
fun a_validator_without_an_enclave_opens_no_credentials() {
    let mut world = committed();
    publish(&mut world, 1, 7);
    world.register_validator(6, 10 * COIN);
    ask_credentials(&mut world, credentials(1, 7), 6, world::validator(6));
    abort
}

#[test, expected_failure(abort_code = 5, location = vramhub::seal_policy)]
fun a_validator_below_todays_minimum_opens_no_credentials() {
    let mut world = committed();
    publish(&mut world, 1, 7);
    let (_, clock, cap, hparams, _, _, _, _, _) = world.parts();
    let mut parameters = hparams.parameters(1);
    parameters.set_stake(hparams::new_stake(COIN, 11 * COIN, 250_000));
    hparams.schedule_parameters(cap, 4, parameters, clock);
    world.at(4, 0);
    ask_credentials(&mut world, credentials(1, 7), 1, world::validator(1));
    abort
}

#[test, expected_failure(abort_code = 3, location = vramhub::seal_policy)]
fun credentials_belong_to_this_network() {
    let mut world = committed();
    let id = seal_policy::credentials_identity(world::digest(b"another"), 1, 7);
    ask_credentials(&mut world, id, 1, world::validator(1));
    abort
}

#[test, expected_failure(abort_code = 160, location = vramhub::seal_policy)]
fun a_gradient_is_no_credentials() {
    let mut world = committed();
    ask_credentials(&mut world, gradient(1), 1, world::validator(1));
    abort
}

#[test, expected_failure(abort_code = 120, location = vramhub::package_version)]
fun an_older_policy_opens_no_credentials() {
    let mut world = committed();
    publish(&mut world, 1, 7);
    let (_, _, _, _, registry, _, _, _, _) = world.parts();
    registry.set_version_for_testing(0);
    ask_credentials(&mut world, credentials(1, 7), 1, world::validator(1));
    abort
}
