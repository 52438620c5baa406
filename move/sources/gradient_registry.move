/// Commits of gradients (protocol section 5): one a miner and window, by its owner, in the TRAIN
/// phase. Each lies in a dynamic field of its own round and gathers what its scorers report.
module vramhub::gradient_registry;

use std::string::String;
use sui::clock::Clock;
use sui::dynamic_field as field;
use sui::event;
use vramhub::consensus::{Self, Line};
use vramhub::errors;
use vramhub::hparams::Hparams;
use vramhub::peer_registry::Registry;
use vramhub::round_state::{Round, Rounds, check_train};
use vramhub::scorer_assignment;

const DIGEST_BYTES: u64 = 32;
const WALRUS_PREFIX: vector<u8> = b"walrus:";

/// A Walrus blob id: 32 bytes in base64url without padding.
const WALRUS_ID_CHARACTERS: u64 = 43;

/// The name of the field a miner's gradient lies in.
public struct GradientKey has copy, drop, store { miner: u64 }

public struct Gradient has drop, store {
    content_hash: vector<u8>,
    /// Rank of the commit within the window from 0, which decides who is the duplicate.
    order: u64,
    /// The miner's scorers, as places in the round's bonds; drawn when first asked for.
    scorers: vector<u64>,
    /// What they reported, by validator.
    lines: vector<Line>,
}

public struct GradientCommitted has copy, drop {
    network: vector<u8>,
    window: u64,
    miner: u64,
    content_hash: vector<u8>,
    size: u64,
    storage_reference: String,
    codec: String,
    order: u64,
}

/// Commits to the stored bytes of the miner's sealed gradient.
public fun commit_gradient(
    rounds: &mut Rounds,
    registry: &Registry,
    hparams: &Hparams,
    window: u64,
    miner: u64,
    content_hash: vector<u8>,
    size: u64,
    storage_reference: String,
    codec: String,
    clock: &Clock,
    ctx: &TxContext,
) {
    rounds.check(registry, hparams);
    assert!(content_hash.length() == DIGEST_BYTES, errors::malformed!());
    registry.check_own_miner(miner, ctx);
    check_train(hparams, &hparams.parameters(window), window, clock);
    let network = rounds.network();
    let round = rounds.opened_mut(hparams, window, clock);
    assert!(
        registry.is_miner_active(miner) && round.miners().contains(&miner),
        errors::not_active!(),
    );
    assert!(!has_committed(round, miner), errors::already_committed!());
    let parameters = round.parameters();
    assert!(
        size > 0 && size <= parameters.maximum_payload_bytes(),
        errors::size_out_of_bounds!(),
    );
    assert!(&codec == parameters.codec(), errors::wrong_codec!());
    assert!(
        is_walrus(&storage_reference) || storage_reference == file_name(window, miner),
        errors::bad_storage_reference!(),
    );
    let order = round.add_committed(miner);
    field::add(
        round.uid_mut(),
        GradientKey { miner },
        Gradient { content_hash, order, scorers: vector[], lines: vector[] },
    );
    event::emit(GradientCommitted {
        network,
        window,
        miner,
        content_hash,
        size,
        storage_reference,
        codec,
        order,
    });
}

/// `gradient-{window}-{miner}-v1.pt`, the payload's name in storage that is not Walrus.
fun file_name(window: u64, miner: u64): String {
    let mut name = b"gradient-".to_string();
    name.append(window.to_string());
    name.append(b"-".to_string());
    name.append(miner.to_string());
    name.append(b"-v1.pt".to_string());
    name
}

/// Whether it is `walrus:` and a blob id.
fun is_walrus(reference: &String): bool {
    let prefix = WALRUS_PREFIX;
    let bytes = reference.as_bytes();
    let start = prefix.length();
    if (bytes.length() != start + WALRUS_ID_CHARACTERS) return false;
    let mut at = 0;
    while (at < bytes.length()) {
        let byte = bytes[at];
        let fits = if (at < start) byte == prefix[at] else is_base64url(byte);
        if (!fits) return false;
        at = at + 1;
    };
    true
}

fun is_base64url(byte: u8): bool {
    byte >= 0x30 && byte <= 0x39 || byte >= 0x41 && byte <= 0x5A || byte >= 0x61 && byte <= 0x7A
        || byte == 0x2D || byte == 0x5F
}

// === Scorers and what they say ===

/// Whether the validator, a place in the round's bonds, was drawn to score the miner. The miner's
/// scorers are kept once drawn.
public(package) fun is_scorer(round: &mut Round, miner: u64, place: u64): bool {
    draw_scorers(round, miner);
    gradient(round, miner).scorers.contains(&place)
}

/// Draws the miner's scorers; true unless they were drawn before. Scoring is open.
public(package) fun draw_scorers(round: &mut Round, miner: u64): bool {
    if (!gradient(round, miner).scorers.is_empty()) return false;
    let scorers = scorer_assignment::scorers(
        &round.evaluation_seed(),
        round.bonds(),
        miner,
        round.parameters().scorers_per_miner(),
    );
    gradient_mut(round, miner).scorers = scorers;
    true
}

/// Adds a scorer's line.
public(package) fun add_line(round: &mut Round, miner: u64, line: Line) {
    consensus::add(&mut gradient_mut(round, miner).lines, line);
}

/// Removes a gradient that its window no longer needs; the commit stays in its event.
public(package) fun remove(round: &mut Round, miner: u64) {
    let _: Gradient = field::remove(round.uid_mut(), GradientKey { miner });
}

public fun has_committed(round: &Round, miner: u64): bool {
    field::exists_(round.uid(), GradientKey { miner })
}

/// The gradient a miner has committed in a round that is not final.
public fun gradient(round: &Round, miner: u64): &Gradient {
    field::borrow(round.uid(), GradientKey { miner })
}

fun gradient_mut(round: &mut Round, miner: u64): &mut Gradient {
    field::borrow_mut(round.uid_mut(), GradientKey { miner })
}

public fun content_hash(self: &Gradient): vector<u8> { self.content_hash }

public fun order(self: &Gradient): u64 { self.order }

public fun scorers(self: &Gradient): &vector<u64> { &self.scorers }

public fun lines(self: &Gradient): &vector<Line> { &self.lines }
