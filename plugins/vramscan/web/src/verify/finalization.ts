/** Finalizes a window from the state before it, as the Java class `WindowFinalization`. */
import { quorum, scorers } from './assignment.ts';
import { BcsWriter } from './bcs.ts';
import { fromHex, toHex, type Hex } from './bytes.ts';
import { consensus, type Consensus, type Line } from './consensus.ts';
import { canonicalHash } from './hash.ts';
import {
  ordinal,
  type Deviation,
  type MinerBefore,
  type MinerResult,
  type Parameters,
  type Rating,
  type RatingChange,
  type ScoreEntry,
  type WindowEvidence,
  type WindowResult,
} from './model.ts';
import { drifted, updated, type Entrant } from './rating.ts';
import { scheduledEmission, split, weights, WHOLE, type Work } from './reward.ts';

export interface Finalization {
  readonly result: WindowResult;
  readonly deviations: readonly Deviation[];
  readonly jailed: readonly number[];
}

/** Evidence that lacks something the rules need; the text names it. */
export class EvidenceError extends Error {}

interface Scored {
  readonly before: MinerBefore;
  readonly consensus: Consensus;
  readonly proofNanos: bigint;
}

/** The outcome the rules give; throws an {@link EvidenceError} if the evidence is incomplete. */
export function finalization(evidence: WindowEvidence): Finalization {
  const desk = new Reports(evidence);
  const scored: Scored[] = [];
  const deviations: Deviation[] = [];
  for (const { miner } of [...evidence.commits].sort((a, b) => a.miner - b.miner)) {
    const lines = desk.lines(miner);
    if (lines.length === 0 || lines.length < quorum(evidence.parameters, evidence.validators)) {
      continue;
    }
    const outcome = consensus(lines);
    const before = minerBefore(evidence, miner);
    scored.push({ before, consensus: outcome, proofNanos: proofAfter(evidence.parameters, before, outcome) });
    deviations.push(...outcome.deviators.map((validator) => ({ validator, miner })));
  }
  if (scored.length === 0) {
    return { result: emptyResult(evidence.window), deviations: [], jailed: [] };
  }
  return {
    result: scoredResult(evidence, scored, desk.work(deviations)),
    deviations,
    jailed: jailings(evidence, deviations),
  };
}

function scoredResult(evidence: WindowEvidence, scored: readonly Scored[], work: readonly Work[]): WindowResult {
  const { parameters } = evidence;
  const ratings = updated(ranked(scored));
  const standings = scored.map((line) => ({
    miner: line.before.uid,
    rating: ratings.get(line.before.uid) as Rating,
    eligible: eligible(parameters, line),
  }));
  const shares = weights(standings);
  const miners = scored.map((line, i): MinerResult => {
    const standing = standings[i] as (typeof standings)[number];
    return {
      miner: standing.miner,
      verdict: line.consensus.verdict,
      heldoutGain: line.consensus.heldoutGain,
      assignedGain: line.consensus.assignedGain,
      proofNanos: line.proofNanos,
      before: line.before.rating,
      after: standing.rating,
      eligible: standing.eligible,
      weightNanos: shares.get(standing.miner) ?? 0n,
    };
  });
  const topG = bestMiners(miners, parameters.topG);
  const { emission, credits } = split(scheduledEmission(evidence.issuedBefore), parameters, shares, work);
  return {
    empty: false,
    miners,
    drifted: absenceDrift(evidence),
    topG,
    topGDigest: topGDigest(evidence.window, membersOf(evidence, topG)),
    emission,
    credits,
  };
}

/** The proof-of-computation average after this window: `d * average + (1 - d) * sign`, toward zero. */
export function proofAfter(
  parameters: Parameters,
  before: Pick<MinerBefore, 'proofNanos'>,
  outcome: Pick<Consensus, 'verdict' | 'heldoutGain' | 'assignedGain'>,
): bigint {
  if (outcome.verdict !== 'ACCEPTED') {
    return before.proofNanos;
  }
  const lead = outcome.assignedGain - outcome.heldoutGain;
  const sign = lead > 0n ? 1n : lead < 0n ? -1n : 0n;
  const decay = parameters.proofDecayNanos;
  return (decay * before.proofNanos + (WHOLE - decay) * sign * WHOLE) / WHOLE;
}

function eligible(parameters: Parameters, { consensus: outcome, proofNanos }: Scored): boolean {
  return (
    outcome.verdict === 'ACCEPTED' &&
    outcome.heldoutGain > 0n &&
    outcome.heldoutGain > parameters.gainFloor &&
    proofNanos >= parameters.proofThresholdNanos
  );
}

/** Accepted gradients by held-out gain, equal gains tie; everything else ties last. By uid. */
function ranked(scored: readonly Scored[]): Entrant[] {
  const better = (a: Consensus, b: Consensus) => {
    const [x, y] = [a.verdict === 'ACCEPTED', b.verdict === 'ACCEPTED'];
    return x !== y ? x : a.heldoutGain > b.heldoutGain;
  };
  return scored.map(({ before, consensus: own }) => ({
    miner: before.uid,
    rating: before.rating,
    rank: 1 + scored.filter((other) => better(other.consensus, own)).length,
  }));
}

function absenceDrift(evidence: WindowEvidence): RatingChange[] {
  const committed = new Set(evidence.commits.map((commit) => commit.miner));
  return evidence.miners
    .filter((uid) => !committed.has(uid))
    .map((uid) => minerBefore(evidence, uid))
    .filter((miner) => miner.consecutiveAbsences + 1 > evidence.parameters.absenceWindows)
    .map((miner) => ({ miner: miner.uid, before: miner.rating, after: drifted(miner.rating) }))
    .filter((change) => change.after.sigmaNanos !== change.before.sigmaNanos);
}

function bestMiners(results: readonly MinerResult[], topG: number): number[] {
  return results
    .filter((result) => result.eligible)
    .sort((a, b) => {
      const [x, y] = [ordinal(a.after), ordinal(b.after)];
      return x === y ? a.miner - b.miner : x > y ? -1 : 1;
    })
    .slice(0, topG)
    .map((result) => result.miner);
}

interface Member {
  readonly miner: number;
  readonly contentHash: Hex;
}

function membersOf(evidence: WindowEvidence, topG: readonly number[]): Member[] {
  const hashes = new Map(evidence.commits.map((commit) => [commit.miner, commit.contentHash]));
  return topG.map((miner) => ({ miner, contentHash: hashes.get(miner) as Hex }));
}

/** Binds the merged set, in merge order. */
export function topGDigest(window: number, members: readonly Member[]): Hex {
  const message = new BcsWriter()
    .u64(window)
    .vector(members, (writer, member) => writer.u64(member.miner).fixed(fromHex(member.contentHash)))
    .toBytes();
  return toHex(canonicalHash('vramhub/top-g/1', message));
}

function emptyResult(window: number): WindowResult {
  return {
    empty: true,
    miners: [],
    drifted: [],
    topG: [],
    topGDigest: topGDigest(window, []),
    emission: 0n,
    credits: [],
  };
}

function jailings(evidence: WindowEvidence, deviations: readonly Deviation[]): number[] {
  return evidence.validatorsBefore
    .filter((validator) => {
      const added = deviations.filter((deviation) => deviation.validator === validator.uid).length;
      return !validator.jailed && added > 0 && validator.deviations + added >= evidence.parameters.maxDeviations;
    })
    .map((validator) => validator.uid)
    .sort((a, b) => a - b);
}

function minerBefore(evidence: WindowEvidence, uid: number): MinerBefore {
  const found = evidence.minersBefore.find((miner) => miner.uid === uid);
  if (!found) {
    throw new EvidenceError(`the standing of miner ${uid} before window ${evidence.window} is missing`);
  }
  return found;
}

/** The window's reports, sorted by who was asked to say what. */
class Reports {
  private readonly asked: ReadonlyMap<number, readonly number[]>;
  private readonly entries: ReadonlyMap<number, ReadonlyMap<number, ScoreEntry>>;

  constructor(private readonly evidence: WindowEvidence) {
    const { evaluationSeed, parameters, validators } = evidence;
    this.asked = new Map(
      evidence.commits.map(({ miner }) => [
        miner,
        evaluationSeed === undefined ? [] : scorers(parameters, evaluationSeed, validators, miner),
      ]),
    );
    this.entries = new Map(
      evidence.scores.map(({ report }) => [
        report.validator,
        new Map(report.entries.map((entry) => [entry.miner, entry])),
      ]),
    );
  }

  /** What the miner's assigned scorers reported of it, by validator uid. */
  lines(miner: number): Line[] {
    const stakes = new Map(this.evidence.validators.map((bond) => [bond.validator, bond.stake]));
    return (this.asked.get(miner) ?? []).flatMap((validator) => {
      const entry = this.entries.get(validator)?.get(miner);
      return entry ? [{ validator, stake: stakes.get(validator) ?? 0n, entry }] : [];
    });
  }

  /** The share of its assigned miners each validator reported truly, in billionths; by uid. */
  work(deviations: readonly Deviation[]): Work[] {
    return [...this.evidence.validators]
      .sort((a, b) => a.validator - b.validator)
      .map(({ validator, stake }) => {
        const assigned = [...this.asked].filter(([, uids]) => uids.includes(validator)).map(([miner]) => miner);
        const reported = assigned.filter((miner) => this.entries.get(validator)?.has(miner)).length;
        const deviating = deviations.filter((deviation) => deviation.validator === validator).length;
        const completenessNanos =
          assigned.length === 0 ? 0n : (BigInt(reported - deviating) * WHOLE) / BigInt(assigned.length);
        return { validator, stake, completenessNanos };
      });
  }
}
