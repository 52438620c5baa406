/**
 * The Plackett-Luce update in fixed point, to the last unit as the Java class `PlackettLuce` defines
 * it: all integers, divisions rounded down unless said. Ratings are in billionths, variances and `c`
 * at scale 1e18, everything between 0 and the number of entrants at scale 1e24.
 */
import type { Rating } from './model.ts';

const E9 = 10n ** 9n;
const E15 = 10n ** 15n;
const E18 = 10n ** 18n;
const E24 = 10n ** 24n;

/** `(25/6)^2` at scale 1e18. */
const BETA_SQUARED = 17361111111111111111n;
/** `(25/300)^2` at scale 1e18. */
const TAU_SQUARED = 6944444444444444n;
const KAPPA = E24 / 10_000n;

/** The natural logarithm of 2 at scale 1e24, rounded down. */
const LN_2 = 693147180559945309417232n;
const TAYLOR_TERMS = 24n;
const LARGEST_ARGUMENT = 30n * E24;

/** The rating every miner starts with: 25 and 25/3. */
export const INITIAL: Rating = { muNanos: 25_000_000_000n, sigmaNanos: 8_333_333_333n };

export interface Entrant {
  readonly miner: number;
  readonly rating: Rating;
  /** 1 is best; equal ranks tie. */
  readonly rank: number;
}

interface Term {
  readonly entrant: Entrant;
  readonly variance: bigint;
  readonly exponential: bigint;
}

/** The ratings after the round, by miner. */
export function updated(entrants: readonly Entrant[]): Map<number, Rating> {
  const cSquared = entrants.reduce((sum, each) => sum + variance(each.rating) + BETA_SQUARED, 0n);
  const c = squareRoot(cSquared * E18);
  const highest = entrants.reduce(
    (most, each) => (each.rating.muNanos > most ? each.rating.muNanos : most),
    entrants[0]?.rating.muNanos ?? 0n,
  );
  const groups = new Map<number, Term[]>();
  for (const entrant of [...entrants].sort((a, b) => a.rank - b.rank)) {
    const distance = (highest - entrant.rating.muNanos) * E9;
    const term = {
      entrant,
      variance: variance(entrant.rating),
      exponential: expOfMinus((distance * E24) / c),
    };
    groups.set(entrant.rank, [...(groups.get(entrant.rank) ?? []), term]);
  }

  let remaining = [...groups.values()].reduce((sum, group) => sum + exponentials(group), 0n);
  let inverses = 0n;
  let squaredInverses = 0n;
  const ratings = new Map<number, Rating>();
  for (const group of groups.values()) {
    const inverse = (E24 * E24) / remaining;
    inverses += inverse;
    squaredInverses += (inverse * inverse) / E24;
    const gain = E24 / BigInt(group.length);
    for (const term of group) {
      const loss = (term.exponential * inverses) / E24;
      const squares = (term.exponential * term.exponential * squaredInverses) / (E24 * E24);
      const delta = loss > squares ? loss - squares : 0n;
      ratings.set(term.entrant.miner, moved(term, gain - loss, delta, c, cSquared));
    }
    remaining -= exponentials(group);
  }
  return ratings;
}

function moved(term: Term, omega: bigint, delta: bigint, c: bigint, cSquared: bigint): Rating {
  const size = omega < 0n ? -omega : omega;
  const divisor = c * E15;
  const change = (size * term.variance + divisor / 2n) / divisor;
  const deviation = squareRoot(term.variance * E18);
  const shrink = (delta * deviation * term.variance) / (c * cSquared);
  const factor = E24 - shrink > KAPPA ? E24 - shrink : KAPPA;
  const sigma = roundedRoot((term.variance * factor) / E24);
  return {
    muNanos: term.entrant.rating.muNanos + (omega < 0n ? -change : change),
    sigmaNanos: sigma > 1n ? sigma : 1n,
  };
}

/** The rating after one more window of absence: the variance grows by tau squared, up to a newcomer's. */
export function drifted(rating: Rating): Rating {
  const grown = roundedRoot(variance(rating));
  const limit = rating.sigmaNanos > INITIAL.sigmaNanos ? rating.sigmaNanos : INITIAL.sigmaNanos;
  return { muNanos: rating.muNanos, sigmaNanos: grown < limit ? grown : limit };
}

function variance(rating: Rating): bigint {
  return rating.sigmaNanos * rating.sigmaNanos + TAU_SQUARED;
}

function exponentials(group: readonly Term[]): bigint {
  return group.reduce((sum, term) => sum + term.exponential, 0n);
}

/** `exp(-x)` at scale 1e24 by range reduction and a Taylor polynomial; beyond 30 counts as 30. */
export function expOfMinus(x: bigint): bigint {
  const argument = x < LARGEST_ARGUMENT ? x : LARGEST_ARGUMENT;
  const rest = argument % LN_2;
  let polynomial = E24;
  for (let n = TAYLOR_TERMS; n >= 1n; n--) {
    polynomial = E24 - (rest * polynomial) / (n * E24);
  }
  return polynomial >> (argument / LN_2);
}

/** The integer square root, rounded down, by Newton's method from above. */
export function squareRoot(value: bigint): bigint {
  if (value < 2n) {
    return value;
  }
  let root = 1n << BigInt((value.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) {
      return root;
    }
    root = next;
  }
}

function roundedRoot(value: bigint): bigint {
  const root = squareRoot(value);
  return value - root * root > root ? root + 1n : root;
}
