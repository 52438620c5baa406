/** What the reports say of one miner together, as the Java class `Consensus`. */
import { VERDICTS, type PayloadVerdict, type ScoreEntry } from './model.ts';

/** One validator's line, with its stake when the window opened. */
export interface Line {
  readonly validator: number;
  readonly stake: bigint;
  readonly entry: ScoreEntry;
}

export interface Consensus {
  readonly verdict: PayloadVerdict;
  readonly heldoutGain: bigint;
  readonly assignedGain: bigint;
  /** Validators whose line a majority of the stake contradicts, by uid. */
  readonly deviators: readonly number[];
}

/** The outcome of at least one line. */
export function consensus(lines: readonly Line[]): Consensus {
  const verdict = leadingVerdict(lines);
  const accepting = verdict === 'ACCEPTED' ? lines.filter((line) => line.entry.verdict === verdict) : [];
  const heldoutGain = weightedMedian(accepting.map((line) => [line.entry.heldoutGain, line.stake]));
  const assignedGain = weightedMedian(accepting.map((line) => [line.entry.assignedGain, line.stake]));
  const agrees = ({ entry }: Line) =>
    entry.verdict === verdict && entry.heldoutGain === heldoutGain && entry.assignedGain === assignedGain;
  const agreeing = stakeOf(lines.filter(agrees));
  const majority = agreeing * 2n > stakeOf(lines);
  return {
    verdict,
    heldoutGain,
    assignedGain,
    deviators: majority ? lines.filter((line) => !agrees(line)).map((line) => line.validator) : [],
  };
}

/** The verdict with the most stake behind it; a tie goes to the lower wire number. */
function leadingVerdict(lines: readonly Line[]): PayloadVerdict {
  let leading: PayloadVerdict = 'ACCEPTED';
  let most = -1n;
  for (const verdict of VERDICTS) {
    const supporting = lines.filter((line) => line.entry.verdict === verdict);
    if (supporting.length > 0 && stakeOf(supporting) > most) {
      most = stakeOf(supporting);
      leading = verdict;
    }
  }
  return leading;
}

/**
 * The lower weighted median: the least value such that it and all lower ones carry at least half of
 * the stake. Zero for no values, which is what a gradient that was not accepted gains.
 */
export function weightedMedian(values: readonly (readonly [value: bigint, stake: bigint])[]): bigint {
  const total = values.reduce((sum, [, stake]) => sum + stake, 0n);
  let below = 0n;
  for (const [value, stake] of [...values].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))) {
    below += stake;
    if (below * 2n >= total) {
      return value;
    }
  }
  return 0n;
}

function stakeOf(lines: readonly Line[]): bigint {
  return lines.reduce((sum, line) => sum + line.stake, 0n);
}
