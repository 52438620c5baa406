/**
 * Verifies a whole window: the signatures, then everything that follows from what was signed,
 * step by step, naming the first place where the rules and the chain's record part.
 */
import { verifyAttestation } from './attestation.ts';
import { fromHex } from './bytes.ts';
import { EvidenceError, finalization, type Finalization } from './finalization.ts';
import type { MinerResult, Rating, WindowEvidence, WindowResult } from './model.ts';
import { checkReport } from './report.ts';
import { UNITS_PER_COIN } from './reward.ts';
import { toneOf, worst, type Check, type Difference, type Outcome } from './verdict.ts';

/** One step of the verification. */
export interface Step {
  readonly name: string;
  readonly explanation: string;
  readonly outcome: Outcome;
  readonly checks: readonly Check[];
  readonly differences: readonly Difference[];
}

export interface WindowVerification {
  readonly window: number;
  readonly steps: readonly Step[];
  /** The first difference in the order of the rules, if there is one. */
  readonly first?: Difference;
  readonly outcome: Outcome;
}

/** Runs every step; never throws for what the evidence says. */
export function verifyWindow(evidence: WindowEvidence): WindowVerification {
  const steps = [enclaves(evidence), signatures(evidence), ...recomputation(evidence)];
  const first = steps.flatMap((step) => step.differences)[0];
  return {
    window: evidence.window,
    steps,
    outcome: worst(steps.map((step) => step.outcome)),
    ...(first ? { first } : {}),
  };
}

function enclaves(evidence: WindowEvidence): Step {
  const signing = evidence.validatorsBefore.flatMap((validator) =>
    validator.enclaves.map((enclave) => ({ subject: `Enclave ${validator.uid}-${enclave.epoch}`, enclave })),
  );
  const checks = signing.map(({ subject, enclave }): Check => {
    if (!enclave.registration) {
      return { outcome: 'notCheckable', subject, detail: 'its attestation document is not at hand' };
    }
    const verdict = verifyAttestation(fromHex(enclave.registration.document), {
      policy: evidence.attestationPolicy,
      instantMs: enclave.registration.atMs,
      registeredKey: enclave.publicKey,
    });
    const gravest = verdict.checks.find((check) => check.outcome === verdict.outcome) as Check;
    return { outcome: verdict.outcome, subject, detail: `${gravest.subject}: ${gravest.detail}` };
  });
  return {
    name: 'Enclaves',
    explanation:
      'The attestation document of each signing key, judged at the chain time of its registration: certificate chain, COSE signature, measurements, key.',
    outcome: worst(checks.map((check) => check.outcome)),
    checks,
    differences: refused(checks, 'attestation', 'a document the network admits'),
  };
}

/** What a check that failed means for the window: the record relies on what it must not. */
function refused(checks: readonly Check[], field: string, expected: string): Difference[] {
  return checks
    .filter((check) => toneOf(check.outcome) === 'bad')
    .map((check) => ({ subject: check.subject, field, recomputed: expected, recorded: check.detail }));
}

function signatures(evidence: WindowEvidence): Step {
  const name = 'Signed reports';
  const explanation =
    'Each report is rebuilt byte by byte from its fields; its Ed25519 signature is checked under the registered enclave key, and every bound value against the chain.';
  const { evaluationSeed } = evidence;
  if (evaluationSeed === undefined || evidence.scores.length === 0) {
    const detail = evaluationSeed === undefined ? 'scoring has not opened' : 'no report was submitted';
    const checks: Check[] = [{ outcome: 'notCheckable', subject: `Window ${evidence.window}`, detail }];
    return { name, explanation, outcome: 'notCheckable', checks, differences: [] };
  }
  const contentHashes = new Map(evidence.commits.map((commit) => [commit.miner, commit.contentHash]));
  const checks = evidence.scores.map((scores) => {
    const validator = evidence.validatorsBefore.find((each) => each.uid === scores.report.validator);
    return checkReport(scores, validator?.enclaves ?? [], {
      network: evidence.network,
      window: evidence.window,
      baseRoot: evidence.baseRoot,
      datasetRoot: evidence.parameters.datasetRoot,
      assignmentSeed: evidence.assignmentSeed,
      evaluationSeed,
      evaluator: evidence.parameters.evaluator,
      contentHashes,
    });
  });
  return {
    name,
    explanation,
    outcome: worst(checks.map((check) => check.outcome)),
    checks,
    differences: refused(checks, 'signed report', 'a report signed for this window'),
  };
}

function recomputation(evidence: WindowEvidence): Step[] {
  const { result } = evidence;
  if (!result) {
    return [missing('Outcome', 'the window is not final yet')];
  }
  let own: Finalization;
  try {
    own = finalization(evidence);
  } catch (error) {
    if (error instanceof EvidenceError) {
      return [missing('Outcome', error.message)];
    }
    throw error;
  }
  return [
    step(
      'Verdicts and medians',
      'The assigned scorers are drawn from the evaluation seed; verdict by stake, gains by the stake-weighted median.',
      [...flag('Window', 'empty', own.result.empty, result.empty), ...lines(own.result, result, medians)],
    ),
    step(
      'Deviations',
      'A line that more than half of the stake contradicts counts against its validator.',
      [
        ...listed('Window', 'deviations', own.deviations.map(pair), evidence.deviations.map(pair)),
        ...listed('Window', 'jailed', own.jailed, evidence.jailed),
      ],
    ),
    step(
      'Proof of computation',
      'Moving average of sign(assigned gain - held-out gain); below the threshold nobody is eligible.',
      lines(own.result, result, proof),
    ),
    step(
      'Ratings',
      'Plackett-Luce in fixed point over the ranks by held-out gain; absent miners drift. Compared to the last billionth.',
      [...lines(own.result, result, ratings), ...drifts(own.result, result)],
    ),
    step(
      'Weights',
      'max(0, mu - 3 sigma)² over the eligible, by largest remainder to exactly 1,000,000,000.',
      lines(own.result, result, (a, b) => [['weight', String(a.weightNanos), String(b.weightNanos)]]),
    ),
    step('Merged set', 'The eligible by conservative skill, at most top G, and the digest that binds them.', [
      ...listed('Window', 'top G', own.result.topG, result.topG),
      ...text('Window', 'top G digest', own.result.topGDigest, result.topGDigest),
    ]),
    step('Pay', 'Emission by the schedule, split into pools by basis points and paid to the last base unit.', [
      ...text('Window', 'emission', coins(own.result.emission), coins(result.emission)),
      ...credits(own.result, result),
    ]),
  ];
}

type Compared = readonly [field: string, recomputed: string, recorded: string];

function medians(a: MinerResult, b: MinerResult): Compared[] {
  return [
    ['verdict', a.verdict, b.verdict],
    ['held-out gain', String(a.heldoutGain), String(b.heldoutGain)],
    ['assigned gain', String(a.assignedGain), String(b.assignedGain)],
  ];
}

function proof(a: MinerResult, b: MinerResult): Compared[] {
  return [
    ['proof of computation', String(a.proofNanos), String(b.proofNanos)],
    ['eligible', String(a.eligible), String(b.eligible)],
  ];
}

function ratings(a: MinerResult, b: MinerResult): Compared[] {
  return [
    ['rating before', rating(a.before), rating(b.before)],
    ['rating after', rating(a.after), rating(b.after)],
  ];
}

function drifts(own: WindowResult, recorded: WindowResult): Difference[] {
  const show = (result: WindowResult) => result.drifted.map((change) => `${change.miner}: ${rating(change.after)}`);
  return listed('Absent miners', 'drifted ratings', show(own), show(recorded));
}

/** Compares miner by miner; a miner only one side knows is a difference of its own. */
function lines(
  own: WindowResult,
  recorded: WindowResult,
  compare: (own: MinerResult, recorded: MinerResult) => Compared[],
): Difference[] {
  const uids = [...new Set([...own.miners, ...recorded.miners].map((line) => line.miner))].sort((a, b) => a - b);
  return uids.flatMap((uid) => {
    const mine = own.miners.find((line) => line.miner === uid);
    const theirs = recorded.miners.find((line) => line.miner === uid);
    if (!mine || !theirs) {
      return text(`Miner ${uid}`, 'line', mine ? 'scored' : 'none', theirs ? 'scored' : 'none');
    }
    return compare(mine, theirs).flatMap(([field, a, b]) => text(`Miner ${uid}`, field, a, b));
  });
}

function credits(own: WindowResult, recorded: WindowResult): Difference[] {
  const payees = [...new Set([...own.credits, ...recorded.credits].map((credit) => credit.payee))];
  const amount = (result: WindowResult, payee: string) =>
    coins(result.credits.filter((credit) => credit.payee === payee).reduce((sum, credit) => sum + credit.amount, 0n));
  return payees.flatMap((payee) => text(payee, 'pay', amount(own, payee), amount(recorded, payee)));
}

function flag(subject: string, field: string, recomputed: boolean, recorded: boolean): Difference[] {
  return text(subject, field, String(recomputed), String(recorded));
}

function listed(subject: string, field: string, recomputed: readonly unknown[], recorded: readonly unknown[]): Difference[] {
  return text(subject, field, recomputed.join(', ') || 'none', recorded.join(', ') || 'none');
}

function text(subject: string, field: string, recomputed: string, recorded: string): Difference[] {
  return recomputed === recorded ? [] : [{ subject, field, recomputed, recorded }];
}

function step(name: string, explanation: string, differences: readonly Difference[]): Step {
  return { name, explanation, differences, checks: [], outcome: differences.length === 0 ? 'valid' : 'different' };
}

function missing(name: string, detail: string): Step {
  const checks: Check[] = [{ outcome: 'notCheckable', subject: name, detail }];
  return { name, explanation: 'Nothing can be recomputed.', outcome: 'notCheckable', checks, differences: [] };
}

function pair(deviation: { validator: number; miner: number }): string {
  return `validator ${deviation.validator} on miner ${deviation.miner}`;
}

function rating(value: Rating): string {
  return `${value.muNanos} ± ${value.sigmaNanos}`;
}

function coins(amount: bigint): string {
  return `${amount / UNITS_PER_COIN}.${String(amount % UNITS_PER_COIN).padStart(9, '0')} VRAM`;
}
