/// Finalizing a window (protocol sections 7 and 10): what the reports add up to, ratings, who is
/// eligible, what is merged and what is paid.
///
/// The local ledger finalizes in one call. A window of 256 miners does not fit one transaction of Sui,
/// so here it is a sequence of steps that anybody may push on with `finalize_window`, each call doing as
/// much as its caller allows. What comes out does not depend on how the steps are spread or on what
/// happens between them: they read only what the window froze when it opened, the reports, which are
/// over, and records that nothing but finalizing changes, and windows are finalized in order. The events
/// come with the last step, in the order of the local ledger: the result, deviations, jailings.
///
/// 1. SCORE, for every committed gradient: the lines of its assigned scorers; with fewer than the
///    quorum the miner is unscored: no result, no rating change, and no absence either, for the
///    trouble is not its own. If nobody is scored the window is empty: no emission, no rating change,
///    the base carries over.
/// 2. RANK: accepted gradients by held-out gain, equal gains tie; everything else ties last.
/// 3. RATE: Plackett-Luce over the scored miners.
/// 4. SELECT: the merged set, of this window's eligible miners.
/// 5. WEIGH: their shares of the miners' pay.
/// 6. DIVIDE: the window's emission.
/// 7. SETTLE, for every miner of the window: its record; absent ones drift.
/// 8. CLOSE: credits, deviations, jailings, events.
module vramhub::finalization;

use sui::clock::Clock;
use sui::dynamic_field as field;
use sui::event;
use vramhub::consensus::{Self, Outcome};
use vramhub::errors;
use vramhub::gradient_registry;
use vramhub::hparams::{Hparams, Parameters};
use vramhub::openskill::{Self, Rating, Update};
use vramhub::peer_registry::Registry;
use vramhub::reward_distributor::{Self, Credit, Rewards};
use vramhub::round_state::{Round, Rounds};
use vramhub::shares;
use vramhub::signed::{Self, Signed};
use vramhub::sorting::insert_sorted;
use vramhub::top_g::{Self, Selection};
use vramhub::vram_token::Minter;

const BILLION: u64 = 1_000_000_000;

/// What drawing a miner's scorers costs, in units of work, where no report had them drawn.
const DRAWING: u64 = 4;

const SCORE: u8 = 0;
const RANK: u8 = 1;
const RATE: u8 = 2;
const SELECT: u8 = 3;
const WEIGH: u8 = 4;
const DIVIDE: u8 = 5;
const SETTLE: u8 = 6;
const CLOSE: u8 = 7;

/// The name of the field in which a round that is being finalized keeps how far it is.
public struct ProgressKey has copy, drop, store {}

public struct Progress has store {
    step: u8,
    /// The next miner of SCORE, among the committed, of RANK or SELECT, among the scored, or of
    /// SETTLE, among all of the window.
    next: u64,
    /// The next scored miner of SETTLE.
    next_scored: u64,
    /// The scored miners, by uid.
    scored: vector<Scored>,
    /// The window's validators, as its bonds.
    work: vector<Work>,
    deviations: vector<Deviation>,
    /// Places in `scored`, best first.
    ranking: vector<u64>,
    update: Option<Update>,
    drifted: vector<RatingChange>,
    selection: Selection,
    credits: vector<Credit>,
}

/// A scored miner with what its scorers say of it.
public struct Scored has copy, drop, store {
    miner: u64,
    content_hash: vector<u8>,
    outcome: Outcome,
    proof_nanos: Signed,
    before: Rating,
    after: Rating,
    eligible: bool,
    weight_nanos: u64,
}

/// What a validator was to do and did.
public struct Work has copy, drop, store {
    assigned: u64,
    reported: u64,
    deviating: u64,
}

/// A reported line that a majority contradicts: with the strict evaluator, a lie.
public struct Deviation has copy, drop, store {
    validator: u64,
    miner: u64,
}

/// One line of a window's result.
public struct MinerResult has copy, drop {
    miner: u64,
    verdict: u8,
    heldout_gain: Signed,
    assigned_gain: Signed,
    proof_nanos: Signed,
    before: Rating,
    after: Rating,
    eligible: bool,
    weight_nanos: u64,
}

public struct RatingChange has copy, drop, store {
    miner: u64,
    before: Rating,
    after: Rating,
}

public struct WindowFinalized has copy, drop {
    network: vector<u8>,
    window: u64,
    empty: bool,
    miners: vector<MinerResult>,
    drifted: vector<RatingChange>,
    top_g: vector<u64>,
    top_g_digest: vector<u8>,
    emission: u64,
    credits: vector<Credit>,
}

public struct DeviationObserved has copy, drop {
    network: vector<u8>,
    window: u64,
    validator: u64,
    miner: u64,
}

public struct ValidatorJailed has copy, drop {
    network: vector<u8>,
    validator: u64,
    window: u64,
}

/// Pushes the finalizing of a window on by so many units of work, one for each miner looked at in a
/// step. What has to be done at once is done whatever the units, but then in a call of its own. True
/// once the window is final.
public fun finalize_window(
    rounds: &mut Rounds,
    registry: &mut Registry,
    rewards: &mut Rewards,
    minter: &mut Minter,
    hparams: &Hparams,
    window: u64,
    units: u64,
    clock: &Clock,
): bool {
    rounds.check(registry, hparams);
    rewards.check(registry, hparams);
    check_due(rounds, hparams, window, clock);
    let round = rounds.round_mut(window);
    let mut progress = begin_or_resume(round);
    let mut spent = 0;
    while (progress.step != CLOSE && (spent == 0 || spent + progress.cost() <= units)) {
        spent = spent + progress.cost();
        let step = progress.step;
        if (step == SCORE) spent = spent + progress.score(round, registry)
        else if (step == RANK) progress.rank()
        else if (step == RATE) progress.rate()
        else if (step == SELECT) progress.select()
        else if (step == WEIGH) progress.weigh()
        else if (step == DIVIDE) progress.divide(round, minter)
        else progress.settle(round, registry);
    };
    let final = progress.step == CLOSE && (spent == 0 || spent + progress.cost() <= units);
    if (final) {
        progress.close(rounds, registry, rewards, minter, window);
    } else {
        field::add(round.uid_mut(), ProgressKey {}, progress);
    };
    final
}

/// Demands that the window is over, and the next to be finalized: ratings and emission carry over from
/// window to window, so they are settled in order.
fun check_due(rounds: &Rounds, hparams: &Hparams, window: u64, clock: &Clock) {
    rounds.check_opened(hparams, window, clock);
    let round = rounds.round(window);
    assert!(!round.is_final(), errors::already_finalized!());
    assert!(
        clock.timestamp_ms() >= round.parameters().closes_at(window),
        errors::too_early!(),
    );
    assert!(round.previous() == rounds.finalized(), errors::not_finalized!());
}

fun begin_or_resume(round: &mut Round): Progress {
    if (field::exists_(round.uid(), ProgressKey {})) {
        return field::remove(round.uid_mut(), ProgressKey {})
    };
    let work = round.bonds().map_ref!(|_| Work { assigned: 0, reported: 0, deviating: 0 });
    Progress {
        step: SCORE,
        next: 0,
        next_scored: 0,
        scored: vector[],
        work,
        deviations: vector[],
        ranking: vector[],
        update: option::none(),
        drifted: vector[],
        selection: top_g::new(round.parameters().top_g()),
        credits: vector[],
    }
}

/// The units of what comes next: one, or the number of scored miners where all are looked at at once.
fun cost(self: &Progress): u64 {
    let step = self.step;
    let at_once = step == WEIGH || step == DIVIDE || step == CLOSE
        || step == RANK && self.next == self.scored.length()
        || step == RATE && self.update.borrow().is_done();
    if (at_once) self.scored.length().max(1) else 1
}

// === SCORE ===

/// What the scorers of the next committed miner say; gives the units that drawing them took.
fun score(self: &mut Progress, round: &mut Round, registry: &Registry): u64 {
    if (self.next == round.committed().length()) {
        self.next = 0;
        self.step = if (self.scored.is_empty()) SETTLE else RANK;
        return 0
    };
    let miner = round.committed()[self.next];
    self.next = self.next + 1;
    // Without scoring nobody was drawn, and there is nothing to add up.
    if (!round.is_scoring_open()) return 0;
    let drawn = gradient_registry::draw_scorers(round, miner);
    let gradient = gradient_registry::gradient(round, miner);
    let lines = gradient.lines();
    // Both are by validator, and only scorers have lines.
    let mut line = 0;
    gradient.scorers().do_ref!(|place| {
        let work = &mut self.work[*place];
        work.assigned = work.assigned + 1;
        let validator = round.bonds()[*place].validator();
        if (line < lines.length() && lines[line].line_validator() == validator) {
            work.reported = work.reported + 1;
            line = line + 1;
        };
    });
    let quorum = round.parameters().min_scorers().min(round.bonds().length());
    if (!lines.is_empty() && lines.length() >= quorum) {
        let outcome = consensus::of(lines);
        outcome.deviators().do!(|validator| {
            self.deviations.push_back(Deviation { validator, miner });
            let work = &mut self.work[round.bond_of(validator).destroy_some()];
            work.deviating = work.deviating + 1;
        });
        let content_hash = gradient.content_hash();
        let scored = scored(registry, round.parameters(), miner, content_hash, outcome);
        self.scored.push_back(scored);
    };
    if (drawn) DRAWING else 0
}

fun scored(
    registry: &Registry,
    parameters: &Parameters,
    miner: u64,
    content_hash: vector<u8>,
    outcome: Outcome,
): Scored {
    let average = registry.proof_nanos(miner);
    let proof_nanos = if (outcome.is_accepted()) {
        updated_proof(parameters, &average, &outcome.assigned_gain(), &outcome.heldout_gain())
    } else {
        average
    };
    // Accepted, above the floor on the held-out pages, and not below the threshold of the average.
    let eligible = outcome.is_accepted()
        && outcome.heldout_gain().is_positive()
        && parameters.gain_floor_nn().less_than(&outcome.heldout_gain())
        && parameters.proof_threshold_nanos().at_most(&proof_nanos);
    let before = registry.rating(miner);
    Scored {
        miner,
        content_hash,
        outcome,
        proof_nanos,
        before,
        after: before,
        eligible,
        weight_nanos: 0,
    }
}

/// The proof-of-computation average after one more measured window: `d * average + (1 - d) * sign`,
/// rounded toward zero, where the sign is that of the assigned gain less the held-out gain.
fun updated_proof(
    parameters: &Parameters,
    average: &Signed,
    assigned: &Signed,
    heldout: &Signed,
): Signed {
    let decay = parameters.proof_decay_nanos();
    let news = if (assigned == heldout) signed::zero()
    else signed::new(assigned.less_than(heldout), (BILLION - decay) * BILLION);
    let sum = signed::new(average.is_negative(), decay * average.magnitude()).plus(&news);
    signed::new(sum.is_negative(), sum.magnitude() / BILLION)
}

// === RANK, RATE ===

/// Ranks the next scored miner; once all are, sorts them into groups of equal rank and begins their
/// update.
fun rank(self: &mut Progress) {
    let count = self.scored.length();
    let scored = &self.scored;
    if (self.next < count) {
        insert_sorted!(&mut self.ranking, self.next, |a, b| {
            !scored[*b].outcome.ranks_before(&scored[*a].outcome)
        });
        self.next = self.next + 1;
        return
    };
    let mut groups: vector<vector<Rating>> = vector[];
    count.do!(|i| {
        let entrant = &scored[self.ranking[i]];
        let ties = i > 0
            && !scored[self.ranking[i - 1]].outcome.ranks_before(&entrant.outcome);
        if (!ties) groups.push_back(vector[]);
        let last = groups.length() - 1;
        groups[last].push_back(entrant.before);
    });
    self.update.fill(openskill::begin(&groups));
    self.next = 0;
    self.step = RATE;
}

/// Whether the first ranks strictly before the second.
fun ranks_before(a: &Outcome, b: &Outcome): bool {
    if (a.is_accepted() != b.is_accepted()) a.is_accepted()
    else b.heldout_gain().less_than(&a.heldout_gain())
}

use fun ranks_before as Outcome.ranks_before;

fun rate(self: &mut Progress) {
    if (!self.update.borrow().is_done()) {
        self.update.borrow_mut().advance();
        return
    };
    let ratings = self.update.extract().into_ratings();
    ratings.length().do!(|i| {
        let scored = &mut self.scored[self.ranking[i]];
        scored.after = ratings[i];
    });
    self.step = SELECT;
}

// === SELECT, WEIGH, DIVIDE ===

fun select(self: &mut Progress) {
    if (self.next == self.scored.length()) {
        self.next = 0;
        self.step = WEIGH;
        return
    };
    let scored = &self.scored[self.next];
    if (scored.eligible) {
        self.selection.add(scored.miner, scored.after.ordinal(), scored.content_hash);
    };
    self.next = self.next + 1;
}

fun weigh(self: &mut Progress) {
    let ordinals = self.scored.map_ref!(|scored| {
        if (scored.eligible) scored.after.ordinal() else signed::zero()
    });
    let weights = shares::of_skill(&ordinals);
    self.scored.length().do!(|i| {
        let scored = &mut self.scored[i];
        scored.weight_nanos = weights[i];
    });
    self.step = DIVIDE;
}

fun divide(self: &mut Progress, round: &Round, minter: &Minter) {
    let parameters = round.parameters();
    let bonds = round.bonds();
    self.credits = reward_distributor::divide(
        reward_distributor::scheduled(minter),
        parameters,
        &self.scored.map_ref!(|scored| scored.miner),
        &self.scored.map_ref!(|scored| scored.weight_nanos),
        &bonds.map_ref!(|bond| bond.validator()),
        &vector::tabulate!(bonds.length(), |place| {
            (bonds[place].stake() as u256) * (self.work[place].completeness() as u256)
        }),
    );
    self.step = SETTLE;
}

/// The share of its assigned miners the validator reported truly, in billionths: a line that a majority
/// contradicts does not count. Zero without an assigned miner, for then it did nothing.
fun completeness(self: &Work): u64 {
    if (self.assigned == 0) 0 else (self.reported - self.deviating) * BILLION / self.assigned
}

// === SETTLE, CLOSE ===

/// The record of the next miner of the window, and the end of its gradient. An empty window changes no
/// record.
fun settle(self: &mut Progress, round: &mut Round, registry: &mut Registry) {
    if (self.next == round.miners().length()) {
        self.step = CLOSE;
        return
    };
    let miner = round.miners()[self.next];
    self.next = self.next + 1;
    let committed = gradient_registry::has_committed(round, miner);
    if (committed) gradient_registry::remove(round, miner);
    if (!self.scored.is_empty()) {
        if (committed) self.settle_committed(miner, registry)
        else self.settle_absent(miner, round.parameters().absence_windows(), registry);
    };
}

fun settle_committed(self: &mut Progress, miner: u64, registry: &mut Registry) {
    registry.set_absences(miner, 0);
    let at = self.next_scored;
    if (at < self.scored.length() && self.scored[at].miner == miner) {
        registry.rate(miner, self.scored[at].after, self.scored[at].proof_nanos);
        self.next_scored = at + 1;
    };
}

fun settle_absent(self: &mut Progress, miner: u64, allowed: u64, registry: &mut Registry) {
    let absences = registry.absences(miner) + 1;
    registry.set_absences(miner, absences);
    if (absences <= allowed) return;
    let before = registry.rating(miner);
    let after = before.drifted();
    if (after != before) {
        registry.set_rating(miner, after);
        self.drifted.push_back(RatingChange { miner, before, after });
    };
}

/// Pays, jails and tells, all at once: whoever follows the events sees a window finalized in one moment.
fun close(
    self: Progress,
    rounds: &mut Rounds,
    registry: &mut Registry,
    rewards: &mut Rewards,
    minter: &mut Minter,
    window: u64,
) {
    let Progress { scored, work, deviations, drifted, selection, credits, .. } = self;
    let network = rounds.network();
    let merged = selection.merged(window);
    let (top_g, top_g_digest) = (merged.miners(), merged.digest());
    let mut emission = 0;
    credits.do_ref!(|credit| emission = emission + credit.amount());
    rewards.issue(minter, emission);
    credits.do_ref!(|credit| rewards.credit(registry, credit));
    event::emit(WindowFinalized {
        network,
        window,
        empty: scored.is_empty(),
        miners: scored.map!(|line| line.result()),
        drifted,
        top_g,
        top_g_digest,
        emission,
        credits,
    });
    deviations.do!(|Deviation { validator, miner }| {
        event::emit(DeviationObserved { network, window, validator, miner })
    });
    let round = rounds.round(window);
    let maximum = round.parameters().max_deviations();
    round.bonds().length().do!(|place| {
        let count = work[place].deviating;
        let validator = round.bonds()[place].validator();
        if (count > 0 && registry.add_deviations(validator, count, maximum, window)) {
            event::emit(ValidatorJailed { network, validator, window });
        };
    });
    rounds.set_final(window, top_g, top_g_digest);
}

fun result(self: Scored): MinerResult {
    let Scored { miner, outcome, proof_nanos, before, after, eligible, weight_nanos, .. } = self;
    MinerResult {
        miner,
        verdict: outcome.verdict(),
        heldout_gain: outcome.heldout_gain(),
        assigned_gain: outcome.assigned_gain(),
        proof_nanos,
        before,
        after,
        eligible,
        weight_nanos,
    }
}

/// Whether some, but not all, of the finalizing is done.
public fun is_under_way(round: &Round): bool {
    field::exists_(round.uid(), ProgressKey {})
}
