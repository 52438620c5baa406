/// The network's parameters (protocol sections 2 to 8 and 10), and how they change: only by the holder
/// of the governance capability, not before the unbonding delay has passed, and always at the
/// beginning of a window. Whoever disagrees can leave with its stake before a change takes effect.
///
/// A change is made from the parameters in force by typed setters, one for each section:
/// `let mut p = hparams.parameters(window); p.set_stake(...); hparams.schedule(&cap, effective, p, ...)`.
///
/// Times are milliseconds, rates and shares billionths, amounts base units.
module vramhub::hparams;

use std::string::String;
use sui::clock::Clock;
use sui::event;
use vramhub::errors;
use vramhub::package_version;
use vramhub::payload_bound;
use vramhub::signed::Signed;

const CODEC: vector<u8> = b"topk-q2/1";
const EVALUATOR: vector<u8> = b"strict-f32/1";

const BILLION: u64 = 1_000_000_000;

/// Farther ahead than anyone plans, near enough that no time overflows.
const MAXIMUM_WINDOWS_AHEAD: u64 = 1_000_000;
const LONGEST_MS: u64 = 10 * 365 * 24 * 3_600_000;
const LATEST_MS: u64 = 230 * 365 * 24 * 3_600_000;

/// The widest number of the Java nodes; nothing on chain may exceed what they can follow.
const MAXIMUM_INT: u64 = 0x7FFF_FFFF;
const MAXIMUM_LONG: u64 = 0x7FFF_FFFF_FFFF_FFFF;

/// Changes that may wait at once; the list is read by every call that asks for parameters.
const MAXIMUM_PENDING: u64 = 16;

/// Phases of a window (section 2).
public struct Schedule has copy, drop, store {
    genesis_ms: u64,
    window_ms: u64,
    commit_deadline_ms: u64,
    anchor_grace_ms: u64,
}

/// A Llama-style decoder: what a checkpoint of the network looks like.
public struct ModelSpec has copy, drop, store {
    vocabulary: u32,
    layers: u32,
    width: u32,
    heads: u32,
    key_value_heads: u32,
    feed_forward: u32,
    context: u32,
    rope_theta: u64,
    norm_epsilon_nanos: u64,
    tied_head: bool,
}

/// The model and how it is trained and merged (sections 4 and 8).
public struct Model has copy, drop, store {
    spec: ModelSpec,
    codec: String,
    topk: u32,
    inner_steps: u32,
    batch_pages: u32,
    residual_decay_nanos: u64,
    eval_rate_nanos: u64,
    outer_rate_nanos: u64,
    top_g: u32,
    max_share_nanos: u64,
    checkpoint_frequency: u32,
}

/// Pages `[first, first + count)` of the dataset.
public struct PageRange has copy, drop, store {
    first: u64,
    count: u64,
}

/// The dataset and how much of it scores a gradient (sections 3 and 6).
public struct Data has copy, drop, store {
    root: vector<u8>,
    token_bytes: u32,
    page_tokens: u32,
    train: PageRange,
    heldout: PageRange,
    heldout_evaluation_pages: u32,
    assigned_evaluation_pages: u32,
}

/// Scoring and eligibility (sections 6 and 7).
public struct Scoring has copy, drop, store {
    evaluator: String,
    scorers_per_miner: u32,
    min_scorers: u32,
    max_deviations: u32,
    proof_decay_nanos: u64,
    proof_threshold_nanos: Signed,
    gain_floor_nn: Signed,
    absence_windows: u32,
}

/// Bonds (section 1).
public struct Stake has copy, drop, store {
    min_miner: u64,
    min_validator: u64,
    unbonding_ms: u64,
}

/// How an emission is split (section 10).
public struct Reward has copy, drop, store {
    miners_basis_points: u16,
    validators_basis_points: u16,
    treasury_basis_points: u16,
    treasury: address,
}

public struct Parameters has copy, drop, store {
    schedule: Schedule,
    model: Model,
    data: Data,
    scoring: Scoring,
    stake: Stake,
    reward: Reward,
}

/// Parameters and the window from which they are in force.
public struct Effective has copy, drop, store {
    window: u64,
    parameters: Parameters,
}

public struct Hparams has key {
    id: UID,
    version: u64,
    network: vector<u8>,
    /// By window; the first is in force in the window of the last change or before.
    changes: vector<Effective>,
}

/// Lets its holder schedule changes and admit enclave builds, nothing else.
public struct GovernanceCap has key, store {
    id: UID,
    network: vector<u8>,
}

public struct ParametersScheduled has copy, drop {
    network: vector<u8>,
    effective: u64,
    parameters: Parameters,
}

// === Making parameters ===

public fun new_schedule(
    genesis_ms: u64,
    window_ms: u64,
    commit_deadline_ms: u64,
    anchor_grace_ms: u64,
): Schedule {
    assert!(
        commit_deadline_ms > 0 && commit_deadline_ms < window_ms
            && anchor_grace_ms < commit_deadline_ms,
        errors::bad_parameters!(),
    );
    Schedule { genesis_ms, window_ms, commit_deadline_ms, anchor_grace_ms }
}

public fun new_model_spec(
    vocabulary: u32,
    layers: u32,
    width: u32,
    heads: u32,
    key_value_heads: u32,
    feed_forward: u32,
    context: u32,
    rope_theta: u64,
    norm_epsilon_nanos: u64,
    tied_head: bool,
): ModelSpec {
    assert!(
        vocabulary > 1 && layers > 0 && feed_forward > 0 && context > 1
            && heads > 0 && width % heads == 0 && (width / heads) % 2 == 0
            && key_value_heads > 0 && heads % key_value_heads == 0
            && rope_theta > 1 && norm_epsilon_nanos > 0,
        errors::bad_parameters!(),
    );
    ModelSpec {
        vocabulary,
        layers,
        width,
        heads,
        key_value_heads,
        feed_forward,
        context,
        rope_theta,
        norm_epsilon_nanos,
        tied_head,
    }
}

public fun new_model(
    spec: ModelSpec,
    codec: String,
    topk: u32,
    inner_steps: u32,
    batch_pages: u32,
    residual_decay_nanos: u64,
    eval_rate_nanos: u64,
    outer_rate_nanos: u64,
    top_g: u32,
    max_share_nanos: u64,
    checkpoint_frequency: u32,
): Model {
    assert!(
        topk > 0 && topk <= 4096 && inner_steps > 0 && batch_pages > 0 && top_g > 0
            && checkpoint_frequency > 0,
        errors::bad_parameters!(),
    );
    Model {
        spec,
        codec,
        topk,
        inner_steps,
        batch_pages,
        residual_decay_nanos,
        eval_rate_nanos,
        outer_rate_nanos,
        top_g,
        max_share_nanos,
        checkpoint_frequency,
    }
}

public fun new_page_range(first: u64, count: u64): PageRange {
    assert!(
        count > 0 && first <= MAXIMUM_LONG && count <= MAXIMUM_LONG - first,
        errors::bad_parameters!(),
    );
    PageRange { first, count }
}

public fun new_data(
    root: vector<u8>,
    token_bytes: u32,
    page_tokens: u32,
    train: PageRange,
    heldout: PageRange,
    heldout_evaluation_pages: u32,
    assigned_evaluation_pages: u32,
): Data {
    assert!(
        root.length() == 32 && heldout_evaluation_pages > 0
            && (heldout_evaluation_pages as u64) <= heldout.count && assigned_evaluation_pages > 0,
        errors::bad_parameters!(),
    );
    Data {
        root,
        token_bytes,
        page_tokens,
        train,
        heldout,
        heldout_evaluation_pages,
        assigned_evaluation_pages,
    }
}

public fun new_scoring(
    evaluator: String,
    scorers_per_miner: u32,
    min_scorers: u32,
    max_deviations: u32,
    proof_decay_nanos: u64,
    proof_threshold_nanos: Signed,
    gain_floor_nn: Signed,
    absence_windows: u32,
): Scoring {
    assert!(min_scorers > 0 && min_scorers <= scorers_per_miner, errors::bad_parameters!());
    Scoring {
        evaluator,
        scorers_per_miner,
        min_scorers,
        max_deviations,
        proof_decay_nanos,
        proof_threshold_nanos,
        gain_floor_nn,
        absence_windows,
    }
}

public fun new_stake(min_miner: u64, min_validator: u64, unbonding_ms: u64): Stake {
    Stake { min_miner, min_validator, unbonding_ms }
}

public fun new_reward(
    miners_basis_points: u16,
    validators_basis_points: u16,
    treasury_basis_points: u16,
    treasury: address,
): Reward {
    let sum = (miners_basis_points as u64) + (validators_basis_points as u64)
        + (treasury_basis_points as u64);
    assert!(sum == 10_000, errors::bad_parameters!());
    Reward { miners_basis_points, validators_basis_points, treasury_basis_points, treasury }
}

public fun new_parameters(
    schedule: Schedule,
    model: Model,
    data: Data,
    scoring: Scoring,
    stake: Stake,
    reward: Reward,
): Parameters {
    Parameters { schedule, model, data, scoring, stake, reward }
}

// === Changing them ===

public fun set_schedule(self: &mut Parameters, schedule: Schedule) { self.schedule = schedule; }

public fun set_model(self: &mut Parameters, model: Model) { self.model = model; }

public fun set_data(self: &mut Parameters, data: Data) { self.data = data; }

public fun set_scoring(self: &mut Parameters, scoring: Scoring) { self.scoring = scoring; }

public fun set_stake(self: &mut Parameters, stake: Stake) { self.stake = stake; }

public fun set_reward(self: &mut Parameters, reward: Reward) { self.reward = reward; }

/// Schedules parameters for a window ahead, in place of what was scheduled for just that window.
public fun schedule_parameters(
    self: &mut Hparams,
    cap: &GovernanceCap,
    effective: u64,
    parameters: Parameters,
    clock: &Clock,
) {
    self.check();
    self.check_governance(cap);
    let now_ms = clock.timestamp_ms();
    let now = self.window_at(now_ms);
    assert!(effective > now, errors::timelocked!());
    assert!(effective - now <= MAXIMUM_WINDOWS_AHEAD, errors::bad_parameters!());
    let current = self.parameters(now);
    assert!(
        current.opens_at(effective) >= now_ms + current.stake.unbonding_ms,
        errors::timelocked!(),
    );
    // Genesis and length of the windows are fixed, or windows past would move; so is the model, or
    // its checkpoints would fit no longer.
    assert!(
        parameters.schedule.genesis_ms == current.schedule.genesis_ms
            && parameters.schedule.window_ms == current.schedule.window_ms
            && parameters.model.spec == current.model.spec,
        errors::bad_parameters!(),
    );
    parameters.check_sound();
    self.forget_before(now);
    self.put(Effective { window: effective, parameters });
    event::emit(ParametersScheduled { network: self.network, effective, parameters });
}

/// Parameters no longer in force in a window or later are not asked for again: a window keeps its
/// own copy from when it was opened.
fun forget_before(self: &mut Hparams, window: u64) {
    while (self.changes.length() > 1 && self.changes[1].window <= window) {
        self.changes.remove(0);
    }
}

fun put(self: &mut Hparams, change: Effective) {
    let mut at = self.changes.length();
    while (at > 0 && self.changes[at - 1].window >= change.window) at = at - 1;
    if (at < self.changes.length() && self.changes[at].window == change.window) {
        *&mut self.changes[at] = change;
    } else {
        self.changes.insert(change, at);
        assert!(self.changes.length() <= MAXIMUM_PENDING + 1, errors::too_large!());
    }
}

/// Demands that a network can run with the parameters.
fun check_sound(self: &Parameters) {
    let model = &self.model;
    let data = &self.data;
    let scoring = &self.scoring;
    let (codec, evaluator) = (CODEC, EVALUATOR);
    assert!(model.codec.as_bytes() == &codec, errors::bad_parameters!());
    assert!(scoring.evaluator.as_bytes() == &evaluator, errors::bad_parameters!());
    let pages = self.pages_per_miner();
    assert!(pages <= data.train.count.min(MAXIMUM_INT), errors::bad_parameters!());
    assert!((data.assigned_evaluation_pages as u64) <= pages, errors::bad_parameters!());
    assert!(data.token_bytes == 2 || data.token_bytes == 4, errors::bad_parameters!());
    assert!(
        data.page_tokens >= 2 && data.page_tokens <= model.spec.context,
        errors::bad_parameters!(),
    );
    assert!(
        model.residual_decay_nanos <= BILLION && model.max_share_nanos <= BILLION
            && scoring.proof_decay_nanos <= BILLION,
        errors::bad_parameters!(),
    );
    assert!(
        model.max_share_nanos > 0 && model.eval_rate_nanos > 0 && model.outer_rate_nanos > 0,
        errors::bad_parameters!(),
    );
    assert!(scoring.absence_windows >= 1, errors::bad_parameters!());
    assert!(!scoring.gain_floor_nn.is_negative(), errors::bad_parameters!());
    assert!(
        self.stake.unbonding_ms <= LONGEST_MS && self.schedule.window_ms <= LONGEST_MS,
        errors::bad_parameters!(),
    );
    assert!(self.schedule.genesis_ms <= LATEST_MS, errors::bad_parameters!());
    self.check_widths();
}

/// Demands that every number fits where the Java nodes keep it.
fun check_widths(self: &Parameters) {
    let model = &self.model;
    let ints = vector[
        model.spec.vocabulary,
        model.spec.layers,
        model.spec.width,
        model.spec.feed_forward,
        model.spec.context,
        model.top_g,
        model.checkpoint_frequency,
        self.scoring.scorers_per_miner,
        self.scoring.max_deviations,
        self.scoring.absence_windows,
        self.data.heldout_evaluation_pages,
    ];
    assert!(ints.all!(|value| (*value as u64) <= MAXIMUM_INT), errors::bad_parameters!());
    let longs = vector[
        model.spec.rope_theta,
        model.spec.norm_epsilon_nanos,
        model.eval_rate_nanos,
        model.outer_rate_nanos,
        self.stake.min_miner,
        self.stake.min_validator,
        self.scoring.gain_floor_nn.magnitude(),
        self.scoring.proof_threshold_nanos.magnitude(),
    ];
    assert!(longs.all!(|value| *value <= MAXIMUM_LONG), errors::bad_parameters!());
}

// === Reading them ===

public fun network(self: &Hparams): vector<u8> { self.network }

/// The parameters in force in a window: those scheduled for the greatest window not after it.
public fun parameters(self: &Hparams, window: u64): Parameters {
    let mut at = self.changes.length() - 1;
    while (at > 0 && self.changes[at].window > window) at = at - 1;
    self.changes[at].parameters
}

/// The window that spans a time; any time before the genesis belongs to window 0.
public fun window_at(self: &Hparams, time_ms: u64): u64 {
    // Genesis and length never change, so any parameters give the same window.
    let schedule = &self.changes[0].parameters.schedule;
    if (time_ms < schedule.genesis_ms) 0
    else (time_ms - schedule.genesis_ms) / schedule.window_ms
}

public fun opens_at(self: &Parameters, window: u64): u64 {
    self.schedule.genesis_ms + window * self.schedule.window_ms
}

/// The end of TRAIN and the beginning of SCORE.
public fun commit_deadline(self: &Parameters, window: u64): u64 {
    self.opens_at(window) + self.schedule.commit_deadline_ms
}

/// The end of SCORE, at which the next window opens.
public fun closes_at(self: &Parameters, window: u64): u64 {
    self.opens_at(window) + self.schedule.window_ms
}

/// Until then the window waits for the checkpoint merged from the window before.
public fun anchor_grace_ends(self: &Parameters, window: u64): u64 {
    self.opens_at(window) + self.schedule.anchor_grace_ms
}

/// Pages assigned to each miner of a window.
public fun pages_per_miner(self: &Parameters): u64 {
    (self.model.inner_steps as u64) * (self.model.batch_pages as u64)
}

/// How many miners can have pages of their own in one window (section 3).
public fun miner_capacity(self: &Parameters): u64 {
    self.data.train.count / self.pages_per_miner()
}

/// No sealed payload of the model is longer.
public fun maximum_payload_bytes(self: &Parameters): u64 {
    let spec = &self.model.spec;
    payload_bound::bytes(
        spec.vocabulary as u64,
        spec.layers as u64,
        spec.width as u64,
        (spec.key_value_heads * (spec.width / spec.heads)) as u64,
        spec.feed_forward as u64,
        spec.tied_head,
        self.model.topk as u64,
    )
}

public fun codec(self: &Parameters): &String { &self.model.codec }

public fun top_g(self: &Parameters): u64 { self.model.top_g as u64 }

public fun dataset_root(self: &Parameters): vector<u8> { self.data.root }

public fun evaluator(self: &Parameters): &String { &self.scoring.evaluator }

public fun scorers_per_miner(self: &Parameters): u64 { self.scoring.scorers_per_miner as u64 }

public fun min_scorers(self: &Parameters): u64 { self.scoring.min_scorers as u64 }

public fun max_deviations(self: &Parameters): u64 { self.scoring.max_deviations as u64 }

public fun proof_decay_nanos(self: &Parameters): u64 { self.scoring.proof_decay_nanos }

public fun proof_threshold_nanos(self: &Parameters): Signed { self.scoring.proof_threshold_nanos }

public fun gain_floor_nn(self: &Parameters): Signed { self.scoring.gain_floor_nn }

public fun absence_windows(self: &Parameters): u64 { self.scoring.absence_windows as u64 }

public fun min_miner_stake(self: &Parameters): u64 { self.stake.min_miner }

public fun min_validator_stake(self: &Parameters): u64 { self.stake.min_validator }

public fun unbonding_ms(self: &Parameters): u64 { self.stake.unbonding_ms }

/// The basis points of miners, validators and treasury.
public fun basis_points(self: &Parameters): vector<u256> {
    vector[
        self.reward.miners_basis_points as u256,
        self.reward.validators_basis_points as u256,
        self.reward.treasury_basis_points as u256,
    ]
}

public fun treasury(self: &Parameters): address { self.reward.treasury }

// === The object ===

/// Makes the parameters object of a network that begins, and the capability to change it.
public(package) fun create(
    network: vector<u8>,
    parameters: Parameters,
    ctx: &mut TxContext,
): GovernanceCap {
    parameters.check_sound();
    transfer::share_object(Hparams {
        id: object::new(ctx),
        version: package_version::current(),
        network,
        changes: vector[Effective { window: 0, parameters }],
    });
    event::emit(ParametersScheduled { network, effective: 0, parameters });
    GovernanceCap { id: object::new(ctx), network }
}

public(package) fun check(self: &Hparams) {
    package_version::check(self.version);
}

public(package) fun check_governance(self: &Hparams, cap: &GovernanceCap) {
    assert!(cap.network == self.network, errors::not_governance!());
}

/// Brings the object to this package's version after an upgrade.
public fun migrate(self: &mut Hparams, cap: &GovernanceCap) {
    self.check_governance(cap);
    self.version = package_version::migrated(self.version);
}

#[test_only]
public fun set_version_for_testing(self: &mut Hparams, version: u64) {
    self.version = version;
}

#[test_only]
public fun governance_for_testing(network: vector<u8>, ctx: &mut TxContext): GovernanceCap {
    GovernanceCap { id: object::new(ctx), network }
}
