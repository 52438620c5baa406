/** Who trains on which pages and who scores whom: functions of the chain's seeds alone. */
import { littleEndian, u64 } from './bcs.ts';
import { fromHex, type Hex } from './bytes.ts';
import { canonicalHash, sha256 } from './hash.ts';
import type { Bond, PageRange, Parameters } from './model.ts';

const ROUNDS = 10;

/**
 * A keyed permutation of `0 .. size-1`: an alternating Feistel network of ten rounds with cycle
 * walking, as the Java class `FeistelPermutation`.
 */
export function permuted(key: Uint8Array, size: bigint, position: bigint): bigint {
  if (size < 1n || position < 0n || position >= size) {
    throw new RangeError(`position ${position} is outside a permutation of ${size}`);
  }
  const bits = BigInt(Math.max(2, (size - 1n).toString(2).length));
  const highBits = bits / 2n;
  const lowBits = bits - highBits;
  let image = position;
  do {
    let high = image >> lowBits;
    let low = image & mask(lowBits);
    for (let round = 0; round < ROUNDS; round += 2) {
      high ^= roundOf(key, round, low) & mask(highBits);
      low ^= roundOf(key, round + 1, high) & mask(lowBits);
    }
    image = (high << lowBits) | low;
  } while (image >= size);
  return image;
}

function mask(bits: bigint): bigint {
  return (1n << bits) - 1n;
}

function roundOf(key: Uint8Array, round: number, half: bigint): bigint {
  const digest = sha256.create().update(key).update(Uint8Array.of(round)).update(u64(half)).digest();
  return littleEndian(digest.subarray(0, 8));
}

function page(range: PageRange, key: Uint8Array, position: bigint): bigint {
  return range.first + permuted(key, range.count, position % range.count);
}

/** The pages of the miner in `slot`, in the order to train on them. */
export function assignedPages(
  network: Hex,
  parameters: Parameters,
  assignmentSeed: Hex,
  slot: number,
): bigint[] {
  const key = canonicalHash('vramhub/assign/1', fromHex(network), fromHex(assignmentSeed));
  const first = BigInt(slot) * BigInt(parameters.pagesPerMiner);
  return Array.from({ length: parameters.pagesPerMiner }, (_, rank) =>
    page(parameters.train, key, first + BigInt(rank)),
  );
}

/** The held-out pages that score every miner of the window, in drawn order. */
export function heldoutPages(network: Hex, parameters: Parameters, evaluationSeed: Hex): bigint[] {
  const key = canonicalHash('vramhub/heldout/1', fromHex(network), fromHex(evaluationSeed));
  return Array.from({ length: parameters.heldoutEvaluationPages }, (_, position) =>
    page(parameters.heldout, key, BigInt(position)),
  );
}

/** The miner's scorers, by uid: drawn by the evaluation seed, or all if there are few. */
export function scorers(
  parameters: Parameters,
  evaluationSeed: Hex,
  validators: readonly Bond[],
  miner: number,
): number[] {
  const uids = validators.map((bond) => bond.validator);
  if (uids.length <= parameters.scorersPerMiner) {
    return uids.sort(ascending);
  }
  const seed = fromHex(evaluationSeed);
  return uids
    .map((uid) => ({ uid, rank: canonicalHash('vramhub/scorers/1', seed, u64(miner), u64(uid)) }))
    .sort((a, b) => compareSigned(a.rank, b.rank) || a.uid - b.uid)
    .slice(0, parameters.scorersPerMiner)
    .map((drawn) => drawn.uid)
    .sort(ascending);
}

/** Reports a miner needs to be scored. */
export function quorum(parameters: Parameters, validators: readonly Bond[]): number {
  return Math.min(parameters.minScorers, validators.length);
}

/** Byte by byte, each byte signed: the protocol orders digests so. */
function compareSigned(a: Uint8Array, b: Uint8Array): number {
  const left = new Int8Array(a);
  const right = new Int8Array(b);
  const at = left.findIndex((byte, i) => byte !== right[i]);
  return at < 0 ? 0 : (left[at] as number) - (right[at] as number);
}

function ascending(a: number, b: number): number {
  return a - b;
}
