/// Who may open what was sealed (protocol section 5). A Seal key server simulates a transaction of the
/// reader that calls one of these functions, and gives the key unless it aborts. The functions
/// change nothing.
///
/// What is sealed names its own rule: the identity is the BCS of
///
///     { kind: u8 = 0, network: [32], window: u64, miner: u64 }      a gradient
///     { kind: u8 = 1, network: [32], miner: u64, key_epoch: u64 }   credentials of a miner's storage
///
/// behind the id of this package's first version, which Seal puts before it.
module vramhub::seal_policy;

use std::bcs;
use sui::bcs as reader;
use sui::clock::Clock;
use vramhub::errors;
use vramhub::hparams::Hparams;
use vramhub::peer_registry::Registry;
use vramhub::round_state::{Round, Rounds};
use vramhub::scorer_assignment;

const GRADIENT: u8 = 0;
const CREDENTIALS: u8 = 1;

const IDENTITY_BYTES: u64 = 1 + 32 + 8 + 8;
const NETWORK_BYTES: u64 = 32;

/// Under which identity a miner seals its gradient of a window.
public fun gradient_identity(network: vector<u8>, window: u64, miner: u64): vector<u8> {
    identity(GRADIENT, network, window, miner)
}

/// Under which identity a miner seals the credentials of a key epoch.
public fun credentials_identity(network: vector<u8>, miner: u64, key_epoch: u64): vector<u8> {
    identity(CREDENTIALS, network, miner, key_epoch)
}

/// Admits the miner's scorers once the window's scoring is open, and everyone once the window is
/// final, which is what makes audits possible. A window that nobody finalizes stays closed to
/// everyone else; anyone can finalize it, so that is nobody's power.
///
/// `validator` is the reader's own; it does not matter once the window is final.
entry fun seal_approve_gradient(
    id: vector<u8>,
    rounds: &Rounds,
    registry: &Registry,
    hparams: &Hparams,
    validator: u64,
    ctx: &TxContext,
) {
    rounds.check(registry, hparams);
    let (window, miner) = parts(id, GRADIENT, &rounds.network());
    assert!(rounds.has_round(window), errors::unknown_window!());
    let round = rounds.round(window);
    if (round.is_final()) return;
    assert!(round.is_scoring_open(), errors::scoring_not_open!());
    check_active(registry, validator, ctx);
    assert!(is_scorer(round, miner, validator), errors::not_assigned!());
}

/// Admits validators that take part and hold at least the minimum stake of now, to the credentials
/// the miner has published last.
entry fun seal_approve_credentials(
    id: vector<u8>,
    registry: &Registry,
    hparams: &Hparams,
    validator: u64,
    clock: &Clock,
    ctx: &TxContext,
) {
    registry.check(hparams);
    let (miner, key_epoch) = parts(id, CREDENTIALS, &registry.network());
    assert!(registry.has_miner(miner), errors::unknown_miner!());
    let current = registry.credentials(miner);
    assert!(
        current.is_some_and!(|credentials| credentials.key_epoch() == key_epoch),
        errors::wrong_epoch!(),
    );
    check_active(registry, validator, ctx);
    let parameters = hparams.parameters(hparams.window_at(clock.timestamp_ms()));
    assert!(
        registry.validator_stake(validator) >= parameters.min_validator_stake(),
        errors::stake_too_low!(),
    );
}

fun check_active(registry: &Registry, validator: u64, ctx: &TxContext) {
    registry.check_own_validator(validator, ctx);
    assert!(registry.is_validator_active(validator), errors::not_active!());
}

fun is_scorer(round: &Round, miner: u64, validator: u64): bool {
    let place = round.bond_of(validator);
    let scorers = scorer_assignment::scorers(
        &round.evaluation_seed(),
        round.bonds(),
        miner,
        round.parameters().scorers_per_miner(),
    );
    place.is_some_and!(|place| scorers.contains(place))
}

fun identity(kind: u8, network: vector<u8>, first: u64, second: u64): vector<u8> {
    assert!(network.length() == NETWORK_BYTES, errors::bad_identity!());
    let mut bytes = vector[kind];
    bytes.append(network);
    bytes.append(bcs::to_bytes(&first));
    bytes.append(bcs::to_bytes(&second));
    bytes
}

/// The two numbers of an identity of the kind and network; aborts if it is anything else.
fun parts(id: vector<u8>, kind: u8, network: &vector<u8>): (u64, u64) {
    assert!(id.length() == IDENTITY_BYTES && id[0] == kind, errors::bad_identity!());
    let mut bytes = reader::new(id);
    bytes.peel_u8();
    let named = vector::tabulate!(NETWORK_BYTES, |_| bytes.peel_u8());
    assert!(&named == network, errors::wrong_network!());
    (bytes.peel_u64(), bytes.peel_u64())
}

#[test_only]
public fun approve_gradient_for_testing(
    id: vector<u8>,
    rounds: &Rounds,
    registry: &Registry,
    hparams: &Hparams,
    validator: u64,
    ctx: &TxContext,
) {
    seal_approve_gradient(id, rounds, registry, hparams, validator, ctx);
}

#[test_only]
public fun approve_credentials_for_testing(
    id: vector<u8>,
    registry: &Registry,
    hparams: &Hparams,
    validator: u64,
    clock: &Clock,
    ctx: &TxContext,
) {
    seal_approve_credentials(id, registry, hparams, validator, clock, ctx);
}
