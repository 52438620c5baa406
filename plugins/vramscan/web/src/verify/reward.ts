/** Who gets how much: shares, emission and the split of it, to the last base unit. */
import { ordinal, type Credit, type Parameters, type Rating } from './model.ts';

export const UNITS_PER_COIN = 1_000_000_000n;
/** Billionths in a whole. */
export const WHOLE = 1_000_000_000n;

const FULL_RATE = 70n * UNITS_PER_COIN;
const HALF_RATE = 35n * UNITS_PER_COIN;
export const FIRST_THRESHOLD = 7_000_000n * UNITS_PER_COIN;
export const EMISSION_CAP = 10_500_000n * UNITS_PER_COIN;

/**
 * Divides a whole among weights without losing a unit (Hamilton's method): floors first, then one
 * unit each to the largest remainders, equal ones in the order of the weights. All zero if all
 * weights are zero.
 */
export function largestRemainder(whole: bigint, weights: readonly bigint[]): bigint[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  if (total === 0n) {
    return weights.map(() => 0n);
  }
  const shares = weights.map((weight) => (weight * whole) / total);
  const remainders = weights.map((weight) => (weight * whole) % total);
  const left = Number(whole - shares.reduce((sum, share) => sum + share, 0n));
  const served = weights
    .map((_, i) => i)
    .sort((a, b) => {
      const difference = (remainders[b] as bigint) - (remainders[a] as bigint);
      return difference > 0n ? 1 : difference < 0n ? -1 : a - b;
    })
    .slice(0, left);
  for (const i of served) {
    shares[i] = (shares[i] as bigint) + 1n;
  }
  return shares;
}

export interface Standing {
  readonly miner: number;
  readonly rating: Rating;
  readonly eligible: boolean;
}

/** Billionths of the miners' pay, by uid: the square of the conservative skill above zero. */
export function weights(standings: readonly Standing[]): Map<number, bigint> {
  const earning = standings
    .filter((standing) => standing.eligible && ordinal(standing.rating) > 0n)
    .sort((a, b) => a.miner - b.miner);
  const shares = largestRemainder(
    WHOLE,
    earning.map((standing) => ordinal(standing.rating) ** 2n),
  );
  return new Map(
    earning.map((standing, i) => [standing.miner, shares[i] as bigint] as const).filter(([, share]) => share > 0n),
  );
}

/** The most the next window may issue after `issued` base units. */
export function scheduledEmission(issued: bigint): bigint {
  const beforeThreshold = FIRST_THRESHOLD - issued;
  if (beforeThreshold >= FULL_RATE) {
    return FULL_RATE;
  }
  if (beforeThreshold > 0n) {
    return beforeThreshold + ((FULL_RATE - beforeThreshold) * HALF_RATE) / FULL_RATE;
  }
  const beforeCap = EMISSION_CAP > issued ? EMISSION_CAP - issued : 0n;
  return beforeCap < HALF_RATE ? beforeCap : HALF_RATE;
}

/** What one validator did in a window. */
export interface Work {
  readonly validator: number;
  readonly stake: bigint;
  /** Billionths of its assigned miners that it reported truly. */
  readonly completenessNanos: bigint;
}

export interface Split {
  readonly emission: bigint;
  readonly credits: readonly Credit[];
}

/** Divides the scheduled emission into the pools and each pool among its recipients. */
export function split(
  scheduled: bigint,
  parameters: Parameters,
  miners: ReadonlyMap<number, bigint>,
  validators: readonly Work[],
): Split {
  const [minerPool, validatorPool, treasuryPool] = largestRemainder(scheduled, [
    BigInt(parameters.minersBasisPoints),
    BigInt(parameters.validatorsBasisPoints),
    BigInt(parameters.treasuryBasisPoints),
  ]) as [bigint, bigint, bigint];
  const credits = [
    ...paid(minerPool, [...miners].map(([uid, share]) => [`miner:${uid}`, share] as const)),
    ...paid(
      validatorPool,
      validators.map((work) => [`validator:${work.validator}`, work.stake * work.completenessNanos] as const),
    ),
    ...paid(treasuryPool, [['treasury', 1n]]),
  ];
  return { emission: credits.reduce((sum, credit) => sum + credit.amount, 0n), credits };
}

function paid(pool: bigint, recipients: readonly (readonly [payee: string, weight: bigint])[]): Credit[] {
  const amounts = largestRemainder(
    pool,
    recipients.map(([, weight]) => weight),
  );
  return recipients
    .map(([payee], i) => ({ payee, amount: amounts[i] as bigint }))
    .filter((credit) => credit.amount > 0n);
}
