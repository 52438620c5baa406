#[test_only]
module vramhub::training_jobs_tests;

use std::unit_test::{assert_eq, destroy};
use sui::coin::{Self, Coin};
use sui::test_scenario;
use vramhub::training_jobs::{Self, Job, Terms};
use vramhub::world::{Self, World};

const CLIENT: address = @0xC1;
const WORKER: address = @0x301;
const WORKER_PAYOUT: address = @0x302;
const STRANGER: address = @0x57;

const SUI: u64 = 1_000_000_000;
const REWARD: u64 = 1_000;
const FEE: u64 = 5;
const BOND: u64 = 100;
const PAGES: u64 = 8;
const TARGET: u64 = 3_000_000_000;

/// Offsets within window 1, in which all stories play.
const CLAIM_UNTIL: u64 = 1_000;
const WORK: u64 = 2_000;
const MEASURING: u64 = 3_000;

/// The job of every story; another id wants other signatures.
const JOB: address = @0x2e7c7744e7aca1de732a399d6e43e81b6c151e30ccc86553742f1a57eeb32b08;

const BELOW: u64 = 2_900_000_000;
const ABOVE: u64 = 3_000_000_001;

public struct COIN has drop {}

fun now_ms(world: &mut World): u64 { world.clock().timestamp_ms() }

fun terms(world: &mut World, measurements: u64): Terms {
    training_jobs::new_terms(
        world::digest(b"base"),
        world::digest(b"dataset"),
        b"strict-f32/1".to_string(),
        PAGES,
        TARGET,
        measurements,
        FEE,
        REWARD,
        BOND,
        now_ms(world) + CLAIM_UNTIL,
        WORK,
        MEASURING,
    )
}

/// A job that so many measurements decide, posted on a network of three validators.
fun posted(measurements: u64): (World, Job<COIN>) {
    let mut world = world::begin();
    3u64.do!(|i| {
        world.register_validator(i + 1, 10 * SUI);
        world.register_enclave(i + 1, public_key(i + 1));
    });
    world.register_validator(4, 10 * SUI);
    world.at(1, 0);
    let terms = terms(&mut world, measurements);
    post(&mut world, terms, REWARD + measurements * FEE);
    world.as_sender(STRANGER);
    let job = world.scenario().take_shared<Job<COIN>>();
    assert_eq!(object::id_address(&job), JOB);
    (world, job)
}

fun post(world: &mut World, terms: Terms, amount: u64) {
    world.as_sender(CLIENT);
    let (scenario, clock, _, hparams, registry, _, _, _, _) = world.parts();
    let coin = coin::mint_for_testing<COIN>(amount, scenario.ctx());
    training_jobs::post(registry, hparams, terms, coin, clock, scenario.ctx());
}

fun claimed(measurements: u64): (World, Job<COIN>) {
    let (mut world, mut job) = posted(measurements);
    claim(&mut world, &mut job, BOND);
    (world, job)
}

fun claim(world: &mut World, job: &mut Job<COIN>, bond: u64) {
    world.as_sender(WORKER);
    let (scenario, clock, _, _, _, _, _, _, _) = world.parts();
    let coin = coin::mint_for_testing<COIN>(bond, scenario.ctx());
    job.claim(coin, WORKER_PAYOUT, clock, scenario.ctx());
}

fun submitted(measurements: u64): (World, Job<COIN>) {
    let (mut world, mut job) = claimed(measurements);
    submit(&mut world, &mut job, WORKER, world::digest(b"result"), b"walrus:result");
    (world, job)
}

fun submit(
    world: &mut World,
    job: &mut Job<COIN>,
    sender: address,
    result_root: vector<u8>,
    reference: vector<u8>,
) {
    world.as_sender(sender);
    let (scenario, clock, _, _, _, _, _, _, _) = world.parts();
    job.submit_for_testing(
        result_root,
        reference.to_string(),
        world::digest(b"seed"),
        clock,
        scenario.ctx(),
    );
}

/// The validator hands in what its enclave measured, and gets the fee.
fun measure(world: &mut World, job: &mut Job<COIN>, validator: u64, loss: u64) {
    measure_with(world, job, validator, world::validator(validator), loss, signature(validator, loss));
}

fun measure_with(
    world: &mut World,
    job: &mut Job<COIN>,
    validator: u64,
    sender: address,
    loss: u64,
    signature: vector<u8>,
) {
    world.as_sender(sender);
    let (scenario, clock, _, hparams, registry, _, _, _, _) = world.parts();
    let fee = job.measure(
        registry,
        hparams,
        validator,
        loss,
        7,
        signature,
        clock,
        scenario.ctx(),
    );
    assert_eq!(fee.burn_for_testing(), FEE);
}

fun settle(world: &mut World, job: &mut Job<COIN>) {
    world.as_sender(STRANGER);
    let (scenario, clock, _, _, _, _, _, _, _) = world.parts();
    job.settle(clock, scenario.ctx());
}

fun pass(world: &mut World, ms: u64) {
    world.clock().increment_for_testing(ms);
}

/// The job has paid out everything, and so much to each.
fun check_paid(mut world: World, job: Job<COIN>, client: u64, worker: u64) {
    assert_eq!(job.held(), 0);
    test_scenario::return_shared(job);
    world.as_sender(STRANGER);
    assert_eq!(received(CLIENT, &mut world), client);
    assert_eq!(received(WORKER_PAYOUT, &mut world), worker);
    world.end();
}

fun received(recipient: address, world: &mut World): u64 {
    if (!test_scenario::has_most_recent_for_address<Coin<COIN>>(recipient)) return 0;
    world.scenario().take_from_address<Coin<COIN>>(recipient).burn_for_testing()
}

/// The enclave's key: its Ed25519 seed is 32 times the validator's uid.
fun public_key(validator: u64): vector<u8> {
    if (validator == 1) x"8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c"
    else if (validator == 2) x"8139770ea87d175f56a35466c34c7ecccb8d8a91b4ee37a25df60f5b8fc9b394"
    else x"ed4928c628d1c2c6eae90338905995612959273a5c63f93636c14614ac8737d1"
}

/// What the enclave signed at the time 7: the message of `a_measurement_is_this_message`, with this
/// validator and loss.
fun signature(validator: u64, loss: u64): vector<u8> {
    if (validator == 1 && loss == BELOW) {
        x"d262d723c876e9e27a169ad7fc34705f7e4607a21c69ccad09642422249e12ee890106c02d782bd85823370dd33365c343baa4f02f64db6bf2ce92cf8b486002"
    } else if (validator == 2 && loss == TARGET) {
        x"db004c56250cccd4641b5f0e740b135aed468551b759dda9c03193958c28c2eb8bf8bf279ef4f956c59affdb543578c6813c7e1afdf97c12aac305998e26610c"
    } else if (validator == 2 && loss == ABOVE) {
        x"a35195fa2723be1379dd0b88475328d841c370a37092a33b9c93c4e9bc66e9e0e25a35c6373f30100e439547c9507d243ebd65d149299fb41521e37341b1670e"
    } else {
        assert!(validator == 3 && loss == ABOVE);
        x"35a771b26a655cf56e31168f2c6f35c05ce8bce92039c5e15f971375f3e9a066c46974be0369997f1486351bcb84b9ce3b90e71c1046611cdad7b8429fb85503"
    }
}

// === Lives of a job ===

#[test]
fun a_result_below_the_target_earns_the_reward() {
    let (mut world, mut job) = posted(3);
    assert!(job.is_open());
    assert_eq!(job.held(), REWARD + 3 * FEE);
    assert_eq!(job.deadline_ms(), now_ms(&mut world) + CLAIM_UNTIL);
    pass(&mut world, CLAIM_UNTIL - 1);
    claim(&mut world, &mut job, BOND);
    assert!(job.is_claimed());
    assert_eq!(job.held(), REWARD + 3 * FEE + BOND);
    pass(&mut world, WORK - 1);
    submit(&mut world, &mut job, WORKER, world::digest(b"result"), b"walrus:result");
    assert!(job.is_submitted());
    assert_eq!(job.result_root(), world::digest(b"result"));
    assert_eq!(job.evaluation_seed(), world::digest(b"seed"));
    measure(&mut world, &mut job, 3, ABOVE);
    measure(&mut world, &mut job, 1, BELOW);
    pass(&mut world, MEASURING - 1);
    assert!(job.is_submitted());
    measure(&mut world, &mut job, 2, TARGET);
    assert!(job.is_accepted());
    check_paid(world, job, 0, REWARD + BOND);
}

#[test]
fun a_result_above_the_target_costs_the_bond() {
    let (mut world, mut job) = submitted(3);
    measure(&mut world, &mut job, 1, BELOW);
    measure(&mut world, &mut job, 2, ABOVE);
    measure(&mut world, &mut job, 3, ABOVE);
    assert!(job.is_rejected());
    check_paid(world, job, REWARD + BOND, 0);
}

#[test]
fun of_two_measurements_the_worse_decides() {
    let (mut world, mut job) = submitted(2);
    measure(&mut world, &mut job, 1, BELOW);
    measure(&mut world, &mut job, 3, ABOVE);
    assert!(job.is_rejected());
    check_paid(world, job, REWARD + BOND, 0);
}

#[test]
fun one_measurement_may_decide() {
    let (mut world, mut job) = submitted(1);
    measure(&mut world, &mut job, 2, TARGET);
    assert!(job.is_accepted());
    check_paid(world, job, 0, REWARD + BOND);
}

#[test]
fun the_client_takes_back_what_nobody_has_claimed() {
    let (mut world, mut job) = posted(3);
    world.as_sender(CLIENT);
    job.cancel(world.scenario().ctx());
    assert!(job.is_expired());
    check_paid(world, job, REWARD + 3 * FEE, 0);
}

#[test]
fun a_job_that_nobody_claims_goes_back_to_the_client() {
    let (mut world, mut job) = posted(3);
    pass(&mut world, CLAIM_UNTIL);
    settle(&mut world, &mut job);
    assert!(job.is_expired());
    check_paid(world, job, REWARD + 3 * FEE, 0);
}

#[test]
fun a_worker_without_a_result_loses_its_bond() {
    let (mut world, mut job) = claimed(3);
    pass(&mut world, WORK);
    settle(&mut world, &mut job);
    check_paid(world, job, REWARD + 3 * FEE + BOND, 0);
}

#[test]
fun a_result_that_too_few_measure_costs_neither() {
    let (mut world, mut job) = submitted(3);
    measure(&mut world, &mut job, 1, BELOW);
    measure(&mut world, &mut job, 2, TARGET);
    pass(&mut world, MEASURING);
    settle(&mut world, &mut job);
    assert!(job.is_expired());
    check_paid(world, job, REWARD + FEE, BOND);
}

/// However far a job comes before everyone stops moving it on, all that was paid in is paid out.
#[random_test]
fun every_coin_goes_to_somebody(steps: u8, measured: u8) {
    let (mut world, mut job) = posted(3);
    let mut paid_in = REWARD + 3 * FEE;
    let mut fees = 0;
    if (steps % 4 > 0) {
        claim(&mut world, &mut job, BOND);
        paid_in = paid_in + BOND;
    };
    if (steps % 4 > 1) {
        submit(&mut world, &mut job, WORKER, world::digest(b"result"), b"walrus:result");
        (measured as u64 % 4).do!(|i| {
            let loss = if (i == 0) BELOW else if (i == 1 && measured > 127) TARGET else ABOVE;
            measure(&mut world, &mut job, i + 1, loss);
            fees = fees + FEE;
        });
    };
    pass(&mut world, MEASURING);
    if (!job.is_accepted() && !job.is_rejected()) settle(&mut world, &mut job);
    assert_eq!(job.held(), 0);
    test_scenario::return_shared(job);
    world.as_sender(STRANGER);
    let paid_out = received(CLIENT, &mut world) + received(WORKER_PAYOUT, &mut world) + fees;
    assert_eq!(paid_out, paid_in);
    world.end();
}

#[test]
fun pages_are_drawn_when_the_result_is_submitted() {
    let (mut world, mut job) = claimed(1);
    world.as_sender(@0x0);
    sui::random::create_for_testing(world.scenario().ctx());
    world.as_sender(WORKER);
    let random = world.scenario().take_shared<sui::random::Random>();
    let (scenario, clock, _, _, _, _, _, _, _) = world.parts();
    assert!(job.evaluation_seed().is_empty());
    job.draw_and_submit_for_testing(
        world::digest(b"result"),
        b"walrus:result".to_string(),
        &random,
        clock,
        scenario.ctx(),
    );
    assert_eq!(job.evaluation_seed().length(), 32);
    assert!(job.is_submitted());
    test_scenario::return_shared(random);
    destroy(job);
    world.end();
}

/// What an enclave signs, to the byte.
#[test]
fun a_measurement_is_this_message() {
    let (world, job) = submitted(3);
    let mut message = x"010700000000000000";
    message.append(world::network());
    message.append(object::id(&job).to_bytes());
    message.append(x"0200000000000000");
    message.append(x"0100000000000000");
    message.append(x"0c7374726963742d6633322f31");
    message.append(world::digest(b"dataset"));
    message.append(world::digest(b"result"));
    message.append(world::digest(b"seed"));
    message.append(x"0800000000000000");
    message.append(x"005ed0b200000000");
    assert_eq!(job.message_for_testing(2, 1, TARGET, 7), message);
    destroy(job);
    world.end();
}

// === Refusals ===

#[test, expected_failure(abort_code = 150, location = vramhub::training_jobs)]
fun a_job_needs_a_measurement() {
    let mut world = world::begin();
    terms(&mut world, 0);
    abort
}

#[test, expected_failure(abort_code = 150, location = vramhub::training_jobs)]
fun a_job_needs_no_more_than_seven_measurements() {
    let mut world = world::begin();
    terms(&mut world, 8);
    abort
}

#[test, expected_failure(abort_code = 150, location = vramhub::training_jobs)]
fun a_result_is_measured_on_some_page() {
    training_jobs::new_terms(
        world::digest(b"base"),
        world::digest(b"dataset"),
        b"strict-f32/1".to_string(),
        0,
        TARGET,
        1,
        FEE,
        REWARD,
        BOND,
        1,
        1,
        1,
    );
}

/// Terms with one deadline, in place of those that can be met.
fun terms_until(claim_until_ms: u64, work_ms: u64, measuring_ms: u64, reward: u64, bond: u64): Terms {
    training_jobs::new_terms(
        world::digest(b"base"),
        world::digest(b"dataset"),
        b"strict-f32/1".to_string(),
        PAGES,
        TARGET,
        1,
        FEE,
        reward,
        bond,
        claim_until_ms,
        work_ms,
        measuring_ms,
    )
}

#[test, expected_failure(abort_code = 150, location = vramhub::training_jobs)]
fun a_job_has_a_reward() {
    terms_until(1, 1, 1, 0, 1);
}

#[test, expected_failure(abort_code = 150, location = vramhub::training_jobs)]
fun a_job_has_a_bond() {
    terms_until(1, 1, 1, 1, 0);
}

#[test, expected_failure(abort_code = 150, location = vramhub::training_jobs)]
fun a_job_has_time_for_work() {
    terms_until(1, 0, 1, 1, 1);
}

#[test, expected_failure(abort_code = 150, location = vramhub::training_jobs)]
fun a_job_has_time_for_measuring() {
    terms_until(1, 1, 0, 1, 1);
}

#[test, expected_failure(abort_code = 150, location = vramhub::training_jobs)]
fun work_ends_within_a_year() {
    terms_until(1, 366 * 24 * 3_600_000, 1, 1, 1);
}

#[test, expected_failure(abort_code = 150, location = vramhub::training_jobs)]
fun measuring_ends_within_a_year() {
    terms_until(1, 1, 366 * 24 * 3_600_000, 1, 1);
}

#[test, expected_failure(abort_code = 150, location = vramhub::training_jobs)]
fun a_job_is_not_posted_too_late_to_claim() {
    let mut world = world::begin();
    let terms = terms_until(now_ms(&mut world), 1, 1, 1, 1);
    post(&mut world, terms, 1 + FEE);
    abort
}

#[test, expected_failure(abort_code = 150, location = vramhub::training_jobs)]
fun a_job_does_not_wait_for_years() {
    let mut world = world::begin();
    let terms = terms_until(now_ms(&mut world) + 366 * 24 * 3_600_000, 1, 1, 1, 1);
    post(&mut world, terms, 1 + FEE);
    abort
}

#[test, expected_failure(abort_code = 124, location = vramhub::training_jobs)]
fun a_base_has_32_bytes() {
    training_jobs::new_terms(
        b"short",
        world::digest(b"dataset"),
        b"strict-f32/1".to_string(),
        PAGES,
        TARGET,
        1,
        FEE,
        REWARD,
        BOND,
        1,
        1,
        1,
    );
}

#[test, expected_failure(abort_code = 123, location = vramhub::training_jobs)]
fun an_evaluators_name_is_short() {
    training_jobs::new_terms(
        world::digest(b"base"),
        world::digest(b"dataset"),
        vector::tabulate!(65, |_| 0x61).to_string(),
        PAGES,
        TARGET,
        1,
        FEE,
        REWARD,
        BOND,
        1,
        1,
        1,
    );
}

#[test, expected_failure(abort_code = 151, location = vramhub::training_jobs)]
fun a_job_is_paid_in_full() {
    let mut world = world::begin();
    let terms = terms(&mut world, 3);
    post(&mut world, terms, REWARD + 3 * FEE - 1);
    abort
}

#[test, expected_failure(abort_code = 151, location = vramhub::training_jobs)]
fun a_bond_is_paid_in_full() {
    let (mut world, mut job) = posted(3);
    claim(&mut world, &mut job, BOND - 1);
    abort
}

#[test, expected_failure(abort_code = 22, location = vramhub::training_jobs)]
fun a_job_is_claimed_in_time() {
    let (mut world, mut job) = posted(3);
    pass(&mut world, CLAIM_UNTIL);
    claim(&mut world, &mut job, BOND);
    abort
}

#[test, expected_failure(abort_code = 152, location = vramhub::training_jobs)]
fun a_job_is_claimed_once() {
    let (mut world, mut job) = claimed(3);
    claim(&mut world, &mut job, BOND);
    abort
}

#[test, expected_failure(abort_code = 1, location = vramhub::training_jobs)]
fun only_the_client_cancels() {
    let (mut world, mut job) = posted(3);
    world.as_sender(WORKER);
    job.cancel(world.scenario().ctx());
    abort
}

#[test, expected_failure(abort_code = 152, location = vramhub::training_jobs)]
fun a_claimed_job_cannot_be_cancelled() {
    let (mut world, mut job) = claimed(3);
    world.as_sender(CLIENT);
    job.cancel(world.scenario().ctx());
    abort
}

#[test, expected_failure(abort_code = 1, location = vramhub::training_jobs)]
fun only_the_worker_submits() {
    let (mut world, mut job) = claimed(3);
    submit(&mut world, &mut job, STRANGER, world::digest(b"result"), b"walrus:result");
    abort
}

#[test, expected_failure(abort_code = 124, location = vramhub::training_jobs)]
fun a_result_has_32_bytes() {
    let (mut world, mut job) = claimed(3);
    submit(&mut world, &mut job, WORKER, b"short", b"walrus:result");
    abort
}

#[test, expected_failure(abort_code = 123, location = vramhub::training_jobs)]
fun a_storage_reference_is_short() {
    let (mut world, mut job) = claimed(3);
    let reference = vector::tabulate!(257, |_| 0x61);
    submit(&mut world, &mut job, WORKER, world::digest(b"result"), reference);
    abort
}

#[test, expected_failure(abort_code = 22, location = vramhub::training_jobs)]
fun a_result_is_submitted_in_time() {
    let (mut world, mut job) = claimed(3);
    pass(&mut world, WORK);
    submit(&mut world, &mut job, WORKER, world::digest(b"result"), b"walrus:result");
    abort
}

#[test, expected_failure(abort_code = 152, location = vramhub::training_jobs)]
fun a_result_cannot_be_replaced() {
    let (mut world, mut job) = submitted(3);
    submit(&mut world, &mut job, WORKER, world::digest(b"better"), b"walrus:better");
    abort
}

#[test, expected_failure(abort_code = 152, location = vramhub::training_jobs)]
fun nothing_is_measured_before_the_result() {
    let (mut world, mut job) = claimed(3);
    measure(&mut world, &mut job, 1, BELOW);
    abort
}

#[test, expected_failure(abort_code = 22, location = vramhub::training_jobs)]
fun a_result_is_measured_in_time() {
    let (mut world, mut job) = submitted(3);
    pass(&mut world, MEASURING);
    measure(&mut world, &mut job, 1, BELOW);
    abort
}

#[test, expected_failure(abort_code = 153, location = vramhub::training_jobs)]
fun a_validator_measures_once() {
    let (mut world, mut job) = submitted(3);
    measure(&mut world, &mut job, 2, TARGET);
    measure(&mut world, &mut job, 2, ABOVE);
    abort
}

#[test, expected_failure(abort_code = 2, location = vramhub::training_jobs)]
fun a_loss_is_what_the_enclave_signed() {
    let (mut world, mut job) = submitted(3);
    let signed = signature(3, ABOVE);
    measure_with(&mut world, &mut job, 3, world::validator(3), BELOW, signed);
    abort
}

#[test, expected_failure(abort_code = 2, location = vramhub::training_jobs)]
fun a_measurement_is_the_validators_own() {
    let (mut world, mut job) = submitted(3);
    let signed = signature(1, BELOW);
    measure_with(&mut world, &mut job, 2, world::validator(2), BELOW, signed);
    abort
}

#[test, expected_failure(abort_code = 2, location = vramhub::training_jobs)]
fun a_measurement_of_another_job_is_none_of_this() {
    let (mut world, job) = submitted(3);
    destroy(job);
    let terms = terms(&mut world, 3);
    post(&mut world, terms, REWARD + 3 * FEE);
    world.as_sender(STRANGER);
    let mut other = world.scenario().take_shared<Job<COIN>>();
    claim(&mut world, &mut other, BOND);
    submit(&mut world, &mut other, WORKER, world::digest(b"result"), b"walrus:result");
    measure(&mut world, &mut other, 1, BELOW);
    abort
}

#[test, expected_failure(abort_code = 2, location = vramhub::training_jobs)]
fun a_signature_has_64_bytes() {
    let (mut world, mut job) = submitted(3);
    measure_with(&mut world, &mut job, 1, world::validator(1), BELOW, b"short");
    abort
}

#[test, expected_failure(abort_code = 1, location = vramhub::peer_registry)]
fun only_the_validators_owner_hands_in_its_measurement() {
    let (mut world, mut job) = submitted(3);
    measure_with(&mut world, &mut job, 1, STRANGER, BELOW, signature(1, BELOW));
    abort
}

#[test, expected_failure(abort_code = 52, location = vramhub::training_jobs)]
fun a_validator_without_an_enclave_measures_nothing() {
    let (mut world, mut job) = submitted(3);
    measure_with(&mut world, &mut job, 4, world::validator(4), BELOW, signature(1, BELOW));
    abort
}

#[test, expected_failure(abort_code = 8, location = vramhub::peer_registry)]
fun a_validator_that_has_left_measures_nothing() {
    let (mut world, mut job) = submitted(3);
    world.as_sender(world::validator(1));
    let (scenario, clock, _, hparams, registry, _, _, _, _) = world.parts();
    registry.leave_validator(hparams, 1, clock, scenario.ctx());
    measure(&mut world, &mut job, 1, BELOW);
    abort
}

#[test, expected_failure(abort_code = 121, location = vramhub::training_jobs)]
fun a_result_is_measured_on_its_own_network() {
    let (mut world, mut job) = submitted(3);
    job.set_network_for_testing(world::digest(b"another"));
    measure(&mut world, &mut job, 1, BELOW);
    abort
}

#[test, expected_failure(abort_code = 21, location = vramhub::training_jobs)]
fun an_open_job_settles_after_its_deadline() {
    let (mut world, mut job) = posted(3);
    pass(&mut world, CLAIM_UNTIL - 1);
    settle(&mut world, &mut job);
    abort
}

#[test, expected_failure(abort_code = 21, location = vramhub::training_jobs)]
fun a_claimed_job_settles_after_its_deadline() {
    let (mut world, mut job) = claimed(3);
    pass(&mut world, WORK - 1);
    settle(&mut world, &mut job);
    abort
}

#[test, expected_failure(abort_code = 21, location = vramhub::training_jobs)]
fun a_submitted_job_settles_after_its_deadline() {
    let (mut world, mut job) = submitted(3);
    pass(&mut world, MEASURING - 1);
    settle(&mut world, &mut job);
    abort
}

#[test, expected_failure(abort_code = 152, location = vramhub::training_jobs)]
fun a_job_settles_once() {
    let (mut world, mut job) = claimed(3);
    pass(&mut world, WORK);
    settle(&mut world, &mut job);
    settle(&mut world, &mut job);
    abort
}

#[test, expected_failure(abort_code = 120, location = vramhub::package_version)]
fun an_older_job_is_not_claimed() {
    let (mut world, mut job) = posted(3);
    job.set_version_for_testing(0);
    claim(&mut world, &mut job, BOND);
    abort
}

#[test]
fun an_older_job_is_claimed_after_migration() {
    let (mut world, mut job) = posted(3);
    job.set_version_for_testing(0);
    job.migrate();
    claim(&mut world, &mut job, BOND);
    assert!(job.is_claimed());
    destroy(job);
    world.end();
}

#[test, expected_failure(abort_code = 120, location = vramhub::package_version)]
fun there_is_nothing_to_migrate_in_a_current_job() {
    let (_world, mut job) = posted(3);
    job.migrate();
    abort
}
