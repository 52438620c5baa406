/// Score reports (protocol section 6). The caller hands over typed fields; the ledger rebuilds the
/// message an enclave signs, verifies the signature under the key registered for the validator, and
/// compares every bound value with the chain. Nothing is stored that was not signed.
///
/// A report is put together in the transaction that submits it: `new_report`, `add_entries` for
/// columns of up to 512 entries, `submit_scores`.
module vramhub::score_ledger;

use std::bcs;
use std::string::String;
use sui::address;
use sui::clock::Clock;
use sui::ed25519::ed25519_verify;
use sui::event;
use vramhub::consensus;
use vramhub::errors;
use vramhub::gradient_registry;
use vramhub::hparams::Hparams;
use vramhub::peer_registry::Registry;
use vramhub::round_state::{Round, Rounds, check_score};
use vramhub::signed::{Self, Signed};

/// The intent of a score report in Nautilus' message.
const INTENT: u8 = 0;
const DIGEST_BYTES: u64 = 32;
const SIGNATURE_BYTES: u64 = 64;
const MAXIMUM_ENTRIES: u64 = 512;
const MAXIMUM_EVALUATOR_BYTES: u64 = 64;

/// Gains are signed 64-bit numbers.
const MAXIMUM_GAIN: u64 = 0x7FFF_FFFF_FFFF_FFFF;

/// Nautilus' envelope around what an enclave signs. Its BCS, and that of the structs within, is the
/// signed message: fields in this order, and 32-byte digests as addresses, which BCS writes without a
/// length.
public struct IntentMessage has copy, drop {
    intent: u8,
    timestamp_ms: u64,
    payload: Report,
}

/// What a validator's enclave measured in one window, bound to everything it depends on.
public struct Report has copy, drop {
    network: address,
    validator_uid: u64,
    enclave_epoch: u64,
    window: u64,
    evaluator: String,
    base_root: address,
    dataset_root: address,
    assignment_seed: address,
    evaluation_seed: address,
    /// By miner, ascending.
    entries: vector<Entry>,
}

/// One miner's line; both gains are zero unless the verdict is ACCEPTED.
public struct Entry has copy, drop, store {
    miner_uid: u64,
    content_hash: address,
    verdict: u8,
    heldout: Signed,
    assigned: Signed,
}

public struct ScoresSubmitted has copy, drop {
    report: Report,
    timestamp_ms: u64,
    signature: vector<u8>,
}

/// A report without entries.
public fun new_report(
    network: vector<u8>,
    validator_uid: u64,
    enclave_epoch: u64,
    window: u64,
    evaluator: String,
    base_root: vector<u8>,
    dataset_root: vector<u8>,
    assignment_seed: vector<u8>,
    evaluation_seed: vector<u8>,
): Report {
    assert!(evaluator.length() <= MAXIMUM_EVALUATOR_BYTES, errors::too_large!());
    Report {
        network: digest(network),
        validator_uid,
        enclave_epoch,
        window,
        evaluator,
        base_root: digest(base_root),
        dataset_root: digest(dataset_root),
        assignment_seed: digest(assignment_seed),
        evaluation_seed: digest(evaluation_seed),
        entries: vector[],
    }
}

/// Adds entries, given as columns of equal length, behind those the report has.
public fun add_entries(
    self: &mut Report,
    miners: vector<u64>,
    content_hashes: vector<vector<u8>>,
    verdicts: vector<u8>,
    heldout_negative: vector<bool>,
    heldout_nn: vector<u64>,
    assigned_negative: vector<bool>,
    assigned_nn: vector<u64>,
) {
    let count = miners.length();
    assert!(
        content_hashes.length() == count && verdicts.length() == count
            && heldout_negative.length() == count && heldout_nn.length() == count
            && assigned_negative.length() == count && assigned_nn.length() == count,
        errors::malformed!(),
    );
    assert!(self.entries.length() + count <= MAXIMUM_ENTRIES, errors::too_large!());
    let mut previous = if (self.entries.is_empty()) 0
    else self.entries[self.entries.length() - 1].miner_uid;
    count.do!(|i| {
        assert!(miners[i] > previous, errors::malformed!());
        previous = miners[i];
        self.entries.push_back(new_entry(
            miners[i],
            content_hashes[i],
            verdicts[i],
            gain(heldout_negative[i], heldout_nn[i]),
            gain(assigned_negative[i], assigned_nn[i]),
        ));
    });
}

fun new_entry(
    miner_uid: u64,
    content_hash: vector<u8>,
    verdict: u8,
    heldout: Signed,
    assigned: Signed,
): Entry {
    assert!(consensus::is_verdict(verdict), errors::malformed!());
    assert!(
        verdict == consensus::accepted() || heldout.is_zero() && assigned.is_zero(),
        errors::malformed!(),
    );
    Entry { miner_uid, content_hash: digest(content_hash), verdict, heldout, assigned }
}

/// A gain as it is signed: zero has no sign.
fun gain(negative: bool, magnitude: u64): Signed {
    assert!(magnitude <= MAXIMUM_GAIN && !(negative && magnitude == 0), errors::malformed!());
    signed::new(negative, magnitude)
}

fun digest(bytes: vector<u8>): address {
    assert!(bytes.length() == DIGEST_BYTES, errors::malformed!());
    address::from_bytes(bytes)
}

/// The bytes under the enclave's signature.
public fun intent_bytes(report: &Report, timestamp_ms: u64): vector<u8> {
    bcs::to_bytes(&IntentMessage { intent: INTENT, timestamp_ms, payload: *report })
}

/// Takes a report whose signature covers exactly its fields, and whose every bound value is the
/// chain's. The signature comes before the values, so that a wrong value is known to be the enclave's
/// own and not a forger's.
public fun submit_scores(
    rounds: &mut Rounds,
    registry: &Registry,
    hparams: &Hparams,
    report: Report,
    timestamp_ms: u64,
    signature: vector<u8>,
    clock: &Clock,
    ctx: &TxContext,
) {
    report.check_reporter(rounds, registry, hparams, clock, ctx);
    report.check_signature(registry, timestamp_ms, &signature);
    report.store(rounds, timestamp_ms, signature);
}

/// Demands that the validator may report on the window now.
fun check_reporter(
    self: &Report,
    rounds: &Rounds,
    registry: &Registry,
    hparams: &Hparams,
    clock: &Clock,
    ctx: &TxContext,
) {
    rounds.check(registry, hparams);
    let validator = self.validator_uid;
    registry.check_dutiful(validator, ctx);
    assert!(self.network == digest(rounds.network()), errors::wrong_network!());
    check_score(hparams, self.window, clock);
    rounds.check_opened(hparams, self.window, clock);
    let round = rounds.round(self.window);
    assert!(round.is_scoring_open(), errors::scoring_not_open!());
    assert!(registry.enclave(validator).is_some(), errors::unknown_enclave!());
    assert!(round.bond_of(validator).is_some(), errors::not_active!());
    assert!(!round.has_reported(validator), errors::already_scored!());
}

/// Demands that the validator's enclave of now has signed the report.
fun check_signature(
    self: &Report,
    registry: &Registry,
    timestamp_ms: u64,
    signature: &vector<u8>,
) {
    let enclave = registry.enclave(self.validator_uid).destroy_some();
    assert!(self.enclave_epoch == enclave.epoch(), errors::wrong_epoch!());
    assert!(
        signature.length() == SIGNATURE_BYTES
            && ed25519_verify(
                signature,
                &enclave.public_key(),
                &intent_bytes(self, timestamp_ms),
            ),
        errors::bad_signature!(),
    );
}

/// Compares the bound values with the chain, and gives each line to its gradient.
fun store(self: Report, rounds: &mut Rounds, timestamp_ms: u64, signature: vector<u8>) {
    let validator = self.validator_uid;
    let round = rounds.round_mut(self.window);
    self.check_bound_values(round);
    assert!(!self.entries.is_empty(), errors::nothing_scored!());
    let place = round.bond_of(validator).destroy_some();
    let stake = round.bonds()[place].stake();
    self.entries.do_ref!(|entry| {
        entry.check(round, place);
        gradient_registry::add_line(
            round,
            entry.miner_uid,
            consensus::new_line(validator, stake, entry.verdict, entry.heldout, entry.assigned),
        );
    });
    round.add_reported(validator);
    event::emit(ScoresSubmitted { report: self, timestamp_ms, signature });
}

fun check_bound_values(self: &Report, round: &Round) {
    let parameters = round.parameters();
    assert!(&self.evaluator == parameters.evaluator(), errors::wrong_evaluator!());
    assert!(self.base_root == digest(round.base().checkpoint_root()), errors::wrong_base!());
    assert!(self.dataset_root == digest(parameters.dataset_root()), errors::wrong_dataset!());
    assert!(
        self.assignment_seed == digest(round.assignment_seed())
            && self.evaluation_seed == digest(round.evaluation_seed()),
        errors::wrong_seed!(),
    );
}

fun check(self: &Entry, round: &mut Round, place: u64) {
    let miner = self.miner_uid;
    assert!(
        gradient_registry::has_committed(round, miner)
            && self.content_hash == digest(gradient_registry::gradient(round, miner).content_hash()),
        errors::wrong_content_hash!(),
    );
    assert!(gradient_registry::is_scorer(round, miner, place), errors::not_assigned!());
}

/// Takes a report as if its enclave had signed it: tests cannot sign.
#[test_only]
public fun submit_unsigned_for_testing(
    rounds: &mut Rounds,
    registry: &Registry,
    hparams: &Hparams,
    report: Report,
    clock: &Clock,
    ctx: &TxContext,
) {
    report.check_reporter(rounds, registry, hparams, clock, ctx);
    report.store(rounds, 0, vector[]);
}
