/// The life of a window (protocol sections 2 and 8): opened, committed to, scored, finalized, and its
/// merge anchored. Chain time alone decides phases, seeds come from the chain's randomness, and
/// everything is write-once.
///
/// A round keeps the parameters it was opened with, so that no later change can touch it. Gradients
/// and the progress of finalizing hang on the round as dynamic fields of the modules they belong to.
module vramhub::round_state;

use sui::clock::Clock;
use sui::event;
use sui::random::Random;
use sui::table::{Self, Table};
use vramhub::errors;
use vramhub::hparams::{Hparams, GovernanceCap, Parameters};
use vramhub::package_version;
use vramhub::peer_registry::{Bond, Registry};

const DIGEST_BYTES: u64 = 32;

/// The number of the checkpoint that the first window runs on.
const FIRST_CHECKPOINT: u64 = 1;

/// All rounds of a network.
public struct Rounds has key {
    id: UID,
    version: u64,
    network: vector<u8>,
    rounds: Table<u64, Round>,
    /// The window opened last; 0 before the first.
    newest: u64,
    /// The window finalized last; 0 before the first.
    finalized: u64,
    /// The anchored checkpoint with the greatest number.
    checkpoint: Checkpoint,
}

/// A checkpoint's number and root.
public struct Checkpoint has copy, drop, store {
    window: u64,
    root: vector<u8>,
}

public struct Round has key, store {
    id: UID,
    window: u64,
    /// The window opened before this one; 0 if this is the first.
    previous: u64,
    parameters: Parameters,
    assignment_seed: vector<u8>,
    base: Checkpoint,
    /// The miners in slot order, by uid.
    miners: vector<u64>,
    /// The validators with their stake when the window opened, by uid.
    bonds: vector<Bond>,
    /// The miners that have committed, by uid.
    committed: vector<u64>,
    /// Empty until scoring is open.
    evaluation_seed: vector<u8>,
    /// The validators that have reported.
    reported: vector<u64>,
    merge: Option<Merge>,
    votes: vector<Vote>,
    /// The root of what was merged from this window, once anchored; empty before.
    anchored_root: vector<u8>,
}

/// What a finalized window merges: its best gradients, and the digest that binds them.
public struct Merge has copy, drop, store {
    top_g: vector<u64>,
    digest: vector<u8>,
}

public struct Vote has copy, drop, store {
    validator: u64,
    root: vector<u8>,
}

public struct WindowOpened has copy, drop {
    network: vector<u8>,
    window: u64,
    assignment_seed: vector<u8>,
    base: Checkpoint,
    miners: vector<u64>,
    validators: vector<Bond>,
}

public struct ScoringOpened has copy, drop {
    network: vector<u8>,
    window: u64,
    evaluation_seed: vector<u8>,
}

public struct CheckpointVoted has copy, drop {
    network: vector<u8>,
    validator: u64,
    checkpoint: u64,
    root: vector<u8>,
}

public struct CheckpointAnchored has copy, drop {
    network: vector<u8>,
    checkpoint: u64,
    root: vector<u8>,
    parent: vector<u8>,
    top_g_digest: vector<u8>,
}

// === Opening ===

/// Opens the window whose time it is: draws its assignment seed and fixes its base, miners and
/// validators. Anyone may.
///
/// Private, as a function that draws randomness has to be: a contract that called it could undo a
/// draw it does not like.
entry fun open_window(
    self: &mut Rounds,
    registry: &Registry,
    hparams: &Hparams,
    window: u64,
    random: &Random,
    clock: &Clock,
    ctx: &mut TxContext,
) {
    let seed = random.new_generator(ctx).generate_bytes(32);
    self.open(registry, hparams, window, seed, clock, ctx);
}

fun open(
    self: &mut Rounds,
    registry: &Registry,
    hparams: &Hparams,
    window: u64,
    assignment_seed: vector<u8>,
    clock: &Clock,
    ctx: &mut TxContext,
) {
    self.check(registry, hparams);
    assert!(window > 0, errors::unknown_window!());
    assert!(!self.rounds.contains(window), errors::window_already_open!());
    let parameters = hparams.parameters(window);
    check_train(hparams, &parameters, window, clock);
    self.await_anchor(&parameters, window, clock);
    // Registration keeps to the capacity; a change of parameters since may have shrunk it.
    let active = registry.active_miners();
    let miners = vector::tabulate!(
        active.length().min(parameters.miner_capacity()),
        |slot| active[slot],
    );
    let bonds = registry.bonds();
    event::emit(WindowOpened {
        network: self.network,
        window,
        assignment_seed,
        base: self.checkpoint,
        miners,
        validators: bonds,
    });
    self.rounds.add(window, Round {
        id: object::new(ctx),
        window,
        previous: self.newest,
        parameters,
        assignment_seed,
        base: self.checkpoint,
        miners,
        bonds,
        committed: vector[],
        evaluation_seed: vector[],
        reported: vector[],
        merge: option::none(),
        votes: vector[],
        anchored_root: vector[],
    });
    self.newest = window;
}

/// Gives the validators the grace to finalize the window before and to anchor what it merged; after
/// that the window runs on the older base rather than stall.
fun await_anchor(self: &Rounds, parameters: &Parameters, window: u64, clock: &Clock) {
    if (self.newest == 0 || clock.timestamp_ms() >= parameters.anchor_grace_ends(window)) return;
    let newest = &self.rounds[self.newest];
    let settled = newest.merge.is_some_and!(|merge| {
        merge.top_g.is_empty() || !newest.anchored_root.is_empty()
    });
    assert!(settled, errors::awaiting_anchor!());
}

/// Opens the window's scoring: draws the evaluation seed, which nobody could know before the commit
/// deadline. Anyone may.
entry fun open_scoring(
    self: &mut Rounds,
    hparams: &Hparams,
    window: u64,
    random: &Random,
    clock: &Clock,
    ctx: &mut TxContext,
) {
    let seed = random.new_generator(ctx).generate_bytes(32);
    self.score(hparams, window, seed, clock);
}

fun score(
    self: &mut Rounds,
    hparams: &Hparams,
    window: u64,
    evaluation_seed: vector<u8>,
    clock: &Clock,
) {
    self.check_hparams(hparams);
    check_score(hparams, window, clock);
    let network = self.network;
    let round = self.opened_mut(hparams, window, clock);
    assert!(round.evaluation_seed.is_empty(), errors::scoring_already_open!());
    round.evaluation_seed = evaluation_seed;
    event::emit(ScoringOpened { network, window, evaluation_seed });
}

// === Anchoring ===

/// Votes for the root of what is merged from the window before `checkpoint`. Every validator of that
/// window votes, and the root that two thirds of their stake vote for stands; a later vote that
/// differs stays visible as an event.
public fun anchor_checkpoint(
    self: &mut Rounds,
    registry: &Registry,
    hparams: &Hparams,
    validator: u64,
    checkpoint: u64,
    parent: vector<u8>,
    root: vector<u8>,
    top_g_digest: vector<u8>,
    clock: &Clock,
    ctx: &TxContext,
) {
    self.check(registry, hparams);
    assert!(root.length() == DIGEST_BYTES, errors::malformed!());
    registry.check_dutiful(validator, ctx);
    assert!(checkpoint > 1, errors::unknown_window!());
    let (network, newest) = (self.network, self.newest);
    let round = self.opened_mut(hparams, checkpoint - 1, clock);
    assert!(round.bond_of(validator).is_some(), errors::not_active!());
    assert!(round.merge.is_some(), errors::not_finalized!());
    let merge = round.merge.borrow();
    assert!(!merge.top_g.is_empty(), errors::nothing_to_anchor!());
    assert!(parent == round.base.root, errors::wrong_parent!());
    assert!(top_g_digest == merge.digest, errors::wrong_top_g!());
    assert!(
        !round.votes.any!(|vote| vote.validator == validator),
        errors::already_voted!(),
    );
    let anchored = !round.anchored_root.is_empty();
    // A late vote that agrees adds nothing; one that differs stays visible to everyone.
    assert!(round.anchored_root != root, errors::already_anchored!());
    // Once a later window runs on the older base, a merge from before it would split the line of
    // checkpoints.
    assert!(anchored || newest < checkpoint, errors::too_late!());
    round.votes.push_back(Vote { validator, root });
    event::emit(CheckpointVoted { network, validator, checkpoint, root });
    if (!anchored && round.has_two_thirds(&root)) {
        round.anchored_root = root;
        self.checkpoint = Checkpoint { window: checkpoint, root };
        event::emit(CheckpointAnchored { network, checkpoint, root, parent, top_g_digest });
    }
}

fun has_two_thirds(self: &Round, root: &vector<u8>): bool {
    let mut all = 0u256;
    let mut agreeing = 0u256;
    self.bonds.do_ref!(|bond| {
        let stake = bond.stake() as u256;
        all = all + stake;
        if (self.votes.any!(|vote| vote.validator == bond.validator() && &vote.root == root)) {
            agreeing = agreeing + stake;
        }
    });
    agreeing * 3 >= all * 2
}

// === Phases ===

/// Aborts unless chain time lies in the TRAIN phase of the window.
public(package) fun check_train(
    hparams: &Hparams,
    parameters: &Parameters,
    window: u64,
    clock: &Clock,
) {
    check_now(hparams, window, clock);
    assert!(clock.timestamp_ms() < parameters.commit_deadline(window), errors::too_late!());
}

/// Aborts unless chain time lies in the SCORE phase of the window.
public(package) fun check_score(hparams: &Hparams, window: u64, clock: &Clock) {
    check_now(hparams, window, clock);
    let deadline_ms = hparams.parameters(window).commit_deadline(window);
    assert!(clock.timestamp_ms() >= deadline_ms, errors::too_early!());
}

fun check_now(hparams: &Hparams, window: u64, clock: &Clock) {
    let now = hparams.window_at(clock.timestamp_ms());
    assert!(window <= now, errors::too_early!());
    assert!(window >= now, errors::too_late!());
}

/// Aborts unless somebody has opened the window; the reason depends on chain time.
public(package) fun check_opened(self: &Rounds, hparams: &Hparams, window: u64, clock: &Clock) {
    if (self.rounds.contains(window)) return;
    let now = hparams.window_at(clock.timestamp_ms());
    assert!(window <= now, errors::too_early!());
    assert!(window > 0 && window == now, errors::unknown_window!());
    abort errors::window_not_open!()
}

/// The round of a window that somebody has opened.
public(package) fun opened_mut(
    self: &mut Rounds,
    hparams: &Hparams,
    window: u64,
    clock: &Clock,
): &mut Round {
    self.check_opened(hparams, window, clock);
    &mut self.rounds[window]
}

// === For the other modules ===

public(package) fun uid(self: &Round): &UID { &self.id }

public(package) fun uid_mut(self: &mut Round): &mut UID { &mut self.id }

public(package) fun round_mut(self: &mut Rounds, window: u64): &mut Round {
    &mut self.rounds[window]
}

/// Notes that a miner has committed; gives the rank of its commit within the window, from 0.
public(package) fun add_committed(self: &mut Round, miner: u64): u64 {
    let order = self.committed.length();
    let mut at = order;
    while (at > 0 && self.committed[at - 1] > miner) at = at - 1;
    self.committed.insert(miner, at);
    order
}

public(package) fun add_reported(self: &mut Round, validator: u64) {
    self.reported.push_back(validator);
}

/// Closes the round for good with what it merges.
public(package) fun set_final(
    self: &mut Rounds,
    window: u64,
    top_g: vector<u64>,
    digest: vector<u8>,
) {
    self.rounds[window].merge.fill(Merge { top_g, digest });
    self.finalized = window;
}

// === Reading ===

public fun network(self: &Rounds): vector<u8> { self.network }

/// Whether somebody has opened the window.
public fun has_round(self: &Rounds, window: u64): bool { self.rounds.contains(window) }

public fun round(self: &Rounds, window: u64): &Round { &self.rounds[window] }

/// The window opened last; 0 before the first.
public fun newest(self: &Rounds): u64 { self.newest }

/// The window finalized last; 0 before the first.
public fun finalized(self: &Rounds): u64 { self.finalized }

/// The base of a window opened now.
public fun checkpoint(self: &Rounds): Checkpoint { self.checkpoint }

public fun checkpoint_window(self: &Checkpoint): u64 { self.window }

public fun checkpoint_root(self: &Checkpoint): vector<u8> { self.root }

public fun window(self: &Round): u64 { self.window }

public fun previous(self: &Round): u64 { self.previous }

public fun parameters(self: &Round): &Parameters { &self.parameters }

public fun assignment_seed(self: &Round): vector<u8> { self.assignment_seed }

/// Empty until scoring is open.
public fun evaluation_seed(self: &Round): vector<u8> { self.evaluation_seed }

public fun is_scoring_open(self: &Round): bool { !self.evaluation_seed.is_empty() }

public fun base(self: &Round): Checkpoint { self.base }

public fun miners(self: &Round): &vector<u64> { &self.miners }

public fun bonds(self: &Round): &vector<Bond> { &self.bonds }

public fun committed(self: &Round): &vector<u64> { &self.committed }

/// Where the validator stands in the round's bonds.
public fun bond_of(self: &Round, validator: u64): Option<u64> {
    self.bonds.find_index!(|bond| bond.validator() == validator)
}

public fun has_reported(self: &Round, validator: u64): bool { self.reported.contains(&validator) }

public fun is_final(self: &Round): bool { self.merge.is_some() }

/// The merged gradients, best first; none before the window is final.
public fun top_g(self: &Round): vector<u64> {
    if (self.merge.is_some()) self.merge.borrow().top_g else vector[]
}

/// The digest of the merged set; empty before the window is final.
public fun top_g_digest(self: &Round): vector<u8> {
    if (self.merge.is_some()) self.merge.borrow().digest else vector[]
}

/// The root of what was merged from the window; empty unless anchored.
public fun anchored_root(self: &Round): vector<u8> { self.anchored_root }

// === The object ===

/// Makes the rounds of a network whose first window runs on the given root.
public(package) fun create(network: vector<u8>, genesis_root: vector<u8>, ctx: &mut TxContext) {
    assert!(genesis_root.length() == DIGEST_BYTES, errors::malformed!());
    transfer::share_object(Rounds {
        id: object::new(ctx),
        version: package_version::current(),
        network,
        rounds: table::new(ctx),
        newest: 0,
        finalized: 0,
        checkpoint: Checkpoint { window: FIRST_CHECKPOINT, root: genesis_root },
    });
}

/// Demands that the objects are of this package's version and belong together.
public(package) fun check(self: &Rounds, registry: &Registry, hparams: &Hparams) {
    self.check_hparams(hparams);
    registry.check(hparams);
}

public(package) fun check_hparams(self: &Rounds, hparams: &Hparams) {
    package_version::check(self.version);
    hparams.check();
    assert!(self.network == hparams.network(), errors::wrong_object!());
}

/// Brings the object to this package's version after an upgrade.
public fun migrate(self: &mut Rounds, hparams: &Hparams, cap: &GovernanceCap) {
    hparams.check_governance(cap);
    assert!(self.network == hparams.network(), errors::wrong_object!());
    self.version = package_version::migrated(self.version);
}

#[test_only]
public fun set_version_for_testing(self: &mut Rounds, version: u64) {
    self.version = version;
}

/// Opens a window under a seed that the test names.
#[test_only]
public fun open_window_for_testing(
    self: &mut Rounds,
    registry: &Registry,
    hparams: &Hparams,
    window: u64,
    assignment_seed: vector<u8>,
    clock: &Clock,
    ctx: &mut TxContext,
) {
    self.open(registry, hparams, window, assignment_seed, clock, ctx);
}

/// Opens scoring under a seed that the test names.
#[test_only]
public fun open_scoring_for_testing(
    self: &mut Rounds,
    hparams: &Hparams,
    window: u64,
    evaluation_seed: vector<u8>,
    clock: &Clock,
) {
    self.score(hparams, window, evaluation_seed, clock);
}

/// Opens a window as a transaction would.
#[test_only]
public(package) fun draw_window_for_testing(
    self: &mut Rounds,
    registry: &Registry,
    hparams: &Hparams,
    window: u64,
    random: &Random,
    clock: &Clock,
    ctx: &mut TxContext,
) {
    self.open_window(registry, hparams, window, random, clock, ctx);
}

/// Opens scoring as a transaction would.
#[test_only]
public(package) fun draw_scoring_for_testing(
    self: &mut Rounds,
    hparams: &Hparams,
    window: u64,
    random: &Random,
    clock: &Clock,
    ctx: &mut TxContext,
) {
    self.open_scoring(hparams, window, random, clock, ctx);
}
