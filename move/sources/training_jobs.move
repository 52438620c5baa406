/// Training for hire. A client escrows a reward for a checkpoint whose held-out loss is at most a
/// target; a worker claims the job with a bond, trains, and submits the checkpoint's root; attested
/// enclaves measure it; the median of their losses decides. No administrator takes part: whatever
/// anyone fails to do, a deadline passes after which anyone may settle.
///
/// | State | Who moves it on, until when | After that `settle` gives |
/// |---|---|---|
/// | OPEN | a worker by `claim`, until `claim_until_ms`; the client by `cancel` | everything to the client |
/// | CLAIMED | the worker by `submit`, within `work_ms` | everything, and the bond, to the client |
/// | SUBMITTED | validators by `measure`, within `measuring_ms` | the bond to the worker, the rest to the client: it is neither's fault |
/// | ACCEPTED, REJECTED, EXPIRED | nobody | |
///
/// The held-out pages are drawn by the chain's randomness when the result is submitted, so the
/// checkpoint cannot be fitted to them. An enclave that measures signs the BCS of Nautilus' message
/// with the intent 1, which no score report has:
///
///     { intent: u8 = 1, timestamp_ms: u64,
///       payload: { network: [32], job: [32], validator_uid: u64, enclave_epoch: u64, evaluator: string,
///                  dataset_root: [32], result_root: [32], evaluation_seed: [32], heldout_pages: u64,
///                  heldout_loss_nn: u64 } }
module vramhub::training_jobs;

use std::bcs;
use std::string::String;
use sui::address;
use sui::balance::{Self, Balance};
use sui::clock::Clock;
use sui::coin::Coin;
use sui::ed25519::ed25519_verify;
use sui::event;
use sui::random::Random;
use vramhub::errors;
use vramhub::hparams::Hparams;
use vramhub::package_version;
use vramhub::peer_registry::Registry;
use vramhub::sorting::sorted;

/// The intent of a measurement in Nautilus' message.
const INTENT: u8 = 1;

const DIGEST_BYTES: u64 = 32;
const SIGNATURE_BYTES: u64 = 64;
const MAXIMUM_EVALUATOR_BYTES: u64 = 64;
const MAXIMUM_REFERENCE_BYTES: u64 = 256;

/// Most measurements that decide one job.
const MAXIMUM_MEASUREMENTS: u64 = 7;

/// The longest any deadline may be away.
const LONGEST_MS: u64 = 365 * 24 * 3_600_000;

const OPEN: u8 = 0;
const CLAIMED: u8 = 1;
const SUBMITTED: u8 = 2;
const ACCEPTED: u8 = 3;
const REJECTED: u8 = 4;
const EXPIRED: u8 = 5;

/// What the client wants and offers; it never changes.
public struct Terms has copy, drop, store {
    /// The checkpoint to start from.
    base_root: vector<u8>,
    dataset_root: vector<u8>,
    evaluator: String,
    /// How many held-out pages are drawn to measure the result.
    heldout_pages: u64,
    /// The greatest held-out loss that is accepted, in nano-nats per token.
    target_loss_nn: u64,
    /// How many measurements decide, and what the validator of each gets.
    measurements: u64,
    measurement_fee: u64,
    reward: u64,
    bond: u64,
    claim_until_ms: u64,
    work_ms: u64,
    measuring_ms: u64,
}

public struct Job<phantom T> has key {
    id: UID,
    version: u64,
    network: vector<u8>,
    client: address,
    terms: Terms,
    state: u8,
    /// The reward and the fees of the measurements still to come.
    escrow: Balance<T>,
    bond: Balance<T>,
    /// The end of the present state.
    deadline_ms: u64,
    /// The worker, and where it is paid; the client's address until the job is claimed.
    worker: address,
    payout: address,
    /// The result; empty until it is submitted.
    result_root: vector<u8>,
    evaluation_seed: vector<u8>,
    losses: vector<Loss>,
}

/// What one validator's enclave measured.
public struct Loss has copy, drop, store {
    validator: u64,
    heldout_loss_nn: u64,
}

/// Nautilus' envelope around a measurement; 32-byte digests are addresses, which BCS writes without a
/// length.
public struct IntentMessage has copy, drop {
    intent: u8,
    timestamp_ms: u64,
    payload: Measurement,
}

public struct Measurement has copy, drop {
    network: address,
    job: address,
    validator_uid: u64,
    enclave_epoch: u64,
    evaluator: String,
    dataset_root: address,
    result_root: address,
    evaluation_seed: address,
    heldout_pages: u64,
    heldout_loss_nn: u64,
}

public struct JobPosted has copy, drop {
    network: vector<u8>,
    job: ID,
    client: address,
    terms: Terms,
}

public struct JobClaimed has copy, drop {
    job: ID,
    worker: address,
    payout: address,
    deadline_ms: u64,
}

public struct ResultSubmitted has copy, drop {
    job: ID,
    result_root: vector<u8>,
    storage_ref: String,
    evaluation_seed: vector<u8>,
    deadline_ms: u64,
}

public struct ResultMeasured has copy, drop {
    job: ID,
    measurement: Measurement,
    timestamp_ms: u64,
    signature: vector<u8>,
}

/// The end of a job: 3 if accepted, 4 if rejected, 5 if cancelled or a deadline passed.
public struct JobSettled has copy, drop {
    job: ID,
    state: u8,
    to_client: u64,
    to_worker: u64,
}

// === Posting ===

public fun new_terms(
    base_root: vector<u8>,
    dataset_root: vector<u8>,
    evaluator: String,
    heldout_pages: u64,
    target_loss_nn: u64,
    measurements: u64,
    measurement_fee: u64,
    reward: u64,
    bond: u64,
    claim_until_ms: u64,
    work_ms: u64,
    measuring_ms: u64,
): Terms {
    assert!(
        base_root.length() == DIGEST_BYTES && dataset_root.length() == DIGEST_BYTES,
        errors::malformed!(),
    );
    assert!(evaluator.length() <= MAXIMUM_EVALUATOR_BYTES, errors::too_large!());
    assert!(
        heldout_pages > 0 && measurements > 0 && measurements <= MAXIMUM_MEASUREMENTS
            && reward > 0 && bond > 0 && work_ms > 0 && work_ms <= LONGEST_MS && measuring_ms > 0
            && measuring_ms <= LONGEST_MS,
        errors::bad_job!(),
    );
    Terms {
        base_root,
        dataset_root,
        evaluator,
        heldout_pages,
        target_loss_nn,
        measurements,
        measurement_fee,
        reward,
        bond,
        claim_until_ms,
        work_ms,
        measuring_ms,
    }
}

/// Shares a job whose reward and measurements are paid from the coin, which is exactly that much.
public fun post<T>(
    registry: &Registry,
    hparams: &Hparams,
    terms: Terms,
    coin: Coin<T>,
    clock: &Clock,
    ctx: &mut TxContext,
) {
    registry.check(hparams);
    let now_ms = clock.timestamp_ms();
    assert!(
        terms.claim_until_ms > now_ms && terms.claim_until_ms - now_ms <= LONGEST_MS,
        errors::bad_job!(),
    );
    let price = terms.reward + terms.measurements * terms.measurement_fee;
    assert!(coin.value() == price, errors::wrong_amount!());
    let client = ctx.sender();
    let network = registry.network();
    let job = Job {
        id: object::new(ctx),
        version: package_version::current(),
        network,
        client,
        terms,
        state: OPEN,
        escrow: coin.into_balance(),
        bond: balance::zero(),
        deadline_ms: terms.claim_until_ms,
        worker: client,
        payout: client,
        result_root: vector[],
        evaluation_seed: vector[],
        losses: vector[],
    };
    event::emit(JobPosted { network, job: object::id(&job), client, terms });
    transfer::share_object(job);
}

/// Takes the job back while nobody has claimed it.
public fun cancel<T>(self: &mut Job<T>, ctx: &mut TxContext) {
    package_version::check(self.version);
    assert!(ctx.sender() == self.client, errors::not_owner!());
    assert!(self.state == OPEN, errors::wrong_job_state!());
    self.end(EXPIRED, ctx);
}

// === Working ===

/// Takes on the job alone, with the bond as the surety for a result in time that meets the target.
public fun claim<T>(
    self: &mut Job<T>,
    bond: Coin<T>,
    payout: address,
    clock: &Clock,
    ctx: &TxContext,
) {
    self.check(OPEN, clock);
    assert!(bond.value() == self.terms.bond, errors::wrong_amount!());
    self.bond.join(bond.into_balance());
    self.state = CLAIMED;
    self.worker = ctx.sender();
    self.payout = payout;
    self.deadline_ms = clock.timestamp_ms() + self.terms.work_ms;
    event::emit(JobClaimed {
        job: object::id(self),
        worker: self.worker,
        payout,
        deadline_ms: self.deadline_ms,
    });
}

/// Commits the worker to its result, and only then draws the pages it is measured on.
///
/// Private, as a function that draws randomness has to be: a contract that called it could undo a
/// draw it does not like.
entry fun submit<T>(
    self: &mut Job<T>,
    result_root: vector<u8>,
    storage_ref: String,
    random: &Random,
    clock: &Clock,
    ctx: &mut TxContext,
) {
    let seed = random.new_generator(ctx).generate_bytes(32);
    self.record(result_root, storage_ref, seed, clock, ctx);
}

fun record<T>(
    self: &mut Job<T>,
    result_root: vector<u8>,
    storage_ref: String,
    evaluation_seed: vector<u8>,
    clock: &Clock,
    ctx: &TxContext,
) {
    self.check(CLAIMED, clock);
    assert!(ctx.sender() == self.worker, errors::not_owner!());
    assert!(result_root.length() == DIGEST_BYTES, errors::malformed!());
    assert!(storage_ref.length() <= MAXIMUM_REFERENCE_BYTES, errors::too_large!());
    self.state = SUBMITTED;
    self.result_root = result_root;
    self.evaluation_seed = evaluation_seed;
    self.deadline_ms = clock.timestamp_ms() + self.terms.measuring_ms;
    event::emit(ResultSubmitted {
        job: object::id(self),
        result_root,
        storage_ref,
        evaluation_seed,
        deadline_ms: self.deadline_ms,
    });
}

// === Measuring ===

/// Takes what the validator's enclave measured and signed, and pays the fee to the validator's owner,
/// who calls. The last measurement decides.
public fun measure<T>(
    self: &mut Job<T>,
    registry: &Registry,
    hparams: &Hparams,
    validator: u64,
    heldout_loss_nn: u64,
    timestamp_ms: u64,
    signature: vector<u8>,
    clock: &Clock,
    ctx: &mut TxContext,
): Coin<T> {
    registry.check(hparams);
    self.check(SUBMITTED, clock);
    assert!(self.network == registry.network(), errors::wrong_object!());
    registry.check_dutiful(validator, ctx);
    assert!(
        !self.losses.any!(|loss| loss.validator == validator),
        errors::already_measured!(),
    );
    let enclave = registry.enclave(validator);
    assert!(enclave.is_some(), errors::unknown_enclave!());
    let enclave = enclave.destroy_some();
    let measurement = self.measurement(validator, enclave.epoch(), heldout_loss_nn);
    assert!(
        signature.length() == SIGNATURE_BYTES
            && ed25519_verify(
                &signature,
                &enclave.public_key(),
                &intent_bytes(&measurement, timestamp_ms),
            ),
        errors::bad_signature!(),
    );
    event::emit(ResultMeasured { job: object::id(self), measurement, timestamp_ms, signature });
    self.losses.push_back(Loss { validator, heldout_loss_nn });
    let fee = self.escrow.split(self.terms.measurement_fee);
    if (self.losses.length() == self.terms.measurements) {
        let accepted = self.median_loss() <= self.terms.target_loss_nn;
        self.end(if (accepted) ACCEPTED else REJECTED, ctx);
    };
    fee.into_coin(ctx)
}

fun measurement<T>(
    self: &Job<T>,
    validator_uid: u64,
    enclave_epoch: u64,
    heldout_loss_nn: u64,
): Measurement {
    Measurement {
        network: address::from_bytes(self.network),
        job: object::id_address(self),
        validator_uid,
        enclave_epoch,
        evaluator: self.terms.evaluator,
        dataset_root: address::from_bytes(self.terms.dataset_root),
        result_root: address::from_bytes(self.result_root),
        evaluation_seed: address::from_bytes(self.evaluation_seed),
        heldout_pages: self.terms.heldout_pages,
        heldout_loss_nn,
    }
}

/// The bytes under the enclave's signature.
public fun intent_bytes(measurement: &Measurement, timestamp_ms: u64): vector<u8> {
    bcs::to_bytes(&IntentMessage { intent: INTENT, timestamp_ms, payload: *measurement })
}

/// The upper median, so that at least half of the enclaves must have measured no more than the target.
fun median_loss<T>(self: &Job<T>): u64 {
    let losses = self.losses.map_ref!(|loss| loss.heldout_loss_nn);
    let ascending = sorted!(losses, |a, b| *a <= *b);
    ascending[ascending.length() / 2]
}

// === Ending ===

/// Ends a job whose deadline has passed; anyone may.
public fun settle<T>(self: &mut Job<T>, clock: &Clock, ctx: &mut TxContext) {
    package_version::check(self.version);
    assert!(self.state <= SUBMITTED, errors::wrong_job_state!());
    assert!(clock.timestamp_ms() >= self.deadline_ms, errors::too_early!());
    self.end(EXPIRED, ctx);
}

/// Pays out what the job holds. The worker gets the reward for an accepted result, and its bond back
/// unless its result is late or misses the target; a result that too few have measured does neither.
fun end<T>(self: &mut Job<T>, state: u8, ctx: &mut TxContext) {
    let mut to_worker = balance::zero();
    if (state == ACCEPTED) { to_worker.join(self.escrow.split(self.terms.reward)); };
    if (state == ACCEPTED || state == EXPIRED && self.state == SUBMITTED) {
        to_worker.join(self.bond.withdraw_all());
    };
    let mut to_client = self.escrow.withdraw_all();
    to_client.join(self.bond.withdraw_all());
    self.state = state;
    event::emit(JobSettled {
        job: object::id(self),
        state,
        to_client: to_client.value(),
        to_worker: to_worker.value(),
    });
    pay(to_client, self.client, ctx);
    pay(to_worker, self.payout, ctx);
}

fun pay<T>(amount: Balance<T>, recipient: address, ctx: &mut TxContext) {
    if (amount.value() == 0) amount.destroy_zero()
    else transfer::public_transfer(amount.into_coin(ctx), recipient);
}

/// Aborts unless the job is in the state and its deadline has not passed.
fun check<T>(self: &Job<T>, state: u8, clock: &Clock) {
    package_version::check(self.version);
    assert!(self.state == state, errors::wrong_job_state!());
    assert!(clock.timestamp_ms() < self.deadline_ms, errors::too_late!());
}

// === Reading ===

public fun is_open<T>(self: &Job<T>): bool { self.state == OPEN }

public fun is_claimed<T>(self: &Job<T>): bool { self.state == CLAIMED }

public fun is_submitted<T>(self: &Job<T>): bool { self.state == SUBMITTED }

public fun is_accepted<T>(self: &Job<T>): bool { self.state == ACCEPTED }

public fun is_rejected<T>(self: &Job<T>): bool { self.state == REJECTED }

public fun is_expired<T>(self: &Job<T>): bool { self.state == EXPIRED }

/// The end of the present state.
public fun deadline_ms<T>(self: &Job<T>): u64 { self.deadline_ms }

/// The reward, the fees still to be paid, and the bond.
public fun held<T>(self: &Job<T>): u64 { self.escrow.value() + self.bond.value() }

public fun result_root<T>(self: &Job<T>): vector<u8> { self.result_root }

/// What draws the held-out pages of the result; empty until it is submitted.
public fun evaluation_seed<T>(self: &Job<T>): vector<u8> { self.evaluation_seed }

/// Brings the job to this package's version after an upgrade. Anyone may, for it can only come under
/// the rules that everyone else is under.
public fun migrate<T>(self: &mut Job<T>) {
    self.version = package_version::migrated(self.version);
}

/// Submits a result under a seed that the test names.
#[test_only]
public fun submit_for_testing<T>(
    self: &mut Job<T>,
    result_root: vector<u8>,
    storage_ref: String,
    evaluation_seed: vector<u8>,
    clock: &Clock,
    ctx: &TxContext,
) {
    self.record(result_root, storage_ref, evaluation_seed, clock, ctx);
}

/// What an enclave would sign.
#[test_only]
public fun message_for_testing<T>(
    self: &Job<T>,
    validator: u64,
    epoch: u64,
    heldout_loss_nn: u64,
    timestamp_ms: u64,
): vector<u8> {
    intent_bytes(&self.measurement(validator, epoch, heldout_loss_nn), timestamp_ms)
}

#[test_only]
public fun set_version_for_testing<T>(self: &mut Job<T>, version: u64) {
    self.version = version;
}

#[test_only]
public fun draw_and_submit_for_testing<T>(
    self: &mut Job<T>,
    result_root: vector<u8>,
    storage_ref: String,
    random: &Random,
    clock: &Clock,
    ctx: &mut TxContext,
) {
    self.submit(result_root, storage_ref, random, clock, ctx);
}

#[test_only]
public fun set_network_for_testing<T>(self: &mut Job<T>, network: vector<u8>) {
    self.network = network;
}
