/** Corners of the rules that no recorded network reaches, as the Java code answers them. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  CheckpointHasher,
  drifted,
  fromHex,
  largestRemainder,
  pageVerifies,
  permuted,
  scheduledEmission,
  updated,
  type Rating,
} from '../../src/verify/index.ts';

type Pair = readonly [string, string];

interface Golden {
  readonly ratings: readonly (readonly { readonly rank: number; readonly before: Pair; readonly after: Pair }[])[];
  readonly drifts: readonly (readonly [before: Pair, after: Pair])[];
  readonly remainders: readonly { readonly whole: string; readonly weights: readonly string[]; readonly shares: readonly string[] }[];
  readonly emissions: readonly Pair[];
  readonly permutations: readonly (readonly [key: string, size: string, position: string, image: string])[];
  readonly checkpoints: readonly (readonly [length: number, root: string])[];
  readonly pages: readonly {
    readonly pages: number;
    readonly index: number;
    readonly page: string;
    readonly path: readonly string[];
    readonly root: string;
  }[];
}

const GOLDEN = JSON.parse(readFileSync('test/recorded/golden-rules.json', 'utf8')) as Golden;

function rating([muNanos, sigmaNanos]: Pair): Rating {
  return { muNanos: BigInt(muNanos), sigmaNanos: BigInt(sigmaNanos) };
}

test('ratings with ties, newcomers and distant means are the ledger’s to the last billionth', () => {
  for (const lines of GOLDEN.ratings) {
    const ratings = updated(lines.map((line, i) => ({ miner: i + 1, rating: rating(line.before), rank: line.rank })));
    lines.forEach((line, i) => assert.deepEqual(ratings.get(i + 1), rating(line.after)));
  }
});

test('an absent miner drifts as far as the ledger says', () => {
  for (const [before, after] of GOLDEN.drifts) {
    assert.deepEqual(drifted(rating(before)), rating(after));
  }
});

test('no unit is lost in a division, and each goes to whom the ledger gives it', () => {
  for (const { whole, weights, shares } of GOLDEN.remainders) {
    assert.deepEqual(largestRemainder(BigInt(whole), weights.map(BigInt)), shares.map(BigInt));
  }
});

test('emission steps down at its thresholds to the unit', () => {
  for (const [issued, emission] of GOLDEN.emissions) {
    assert.equal(scheduledEmission(BigInt(issued)), BigInt(emission), `after ${issued}`);
  }
});

test('pages are drawn by the same permutation', () => {
  for (const [key, size, position, image] of GOLDEN.permutations) {
    assert.equal(permuted(fromHex(key), BigInt(size), BigInt(position)), BigInt(image));
  }
});

test('a checkpoint has the anchored root, whatever pieces it comes in', () => {
  for (const [length, root] of GOLDEN.checkpoints) {
    const file = Uint8Array.from({ length }, (_, i) => i * 31 + length);
    for (const piece of [1 << 20, 65_536, 1_000_003]) {
      const hasher = new CheckpointHasher();
      for (let at = 0; at < length; at += piece) {
        hasher.update(file.subarray(at, at + piece));
      }
      assert.equal(hasher.root(), root, `${length} bytes in pieces of ${piece}`);
    }
  }
});

test('a page verifies at its own place and nowhere else', () => {
  for (const { pages, index, page, path, root } of GOLDEN.pages) {
    const bytes = fromHex(page);
    assert.ok(pageVerifies(bytes, index, path, root, pages));
    assert.ok(!pageVerifies(bytes, index + 1, path, root, pages));
    assert.ok(!pageVerifies(bytes, index, path.slice(1), root, pages) || path.length === 0);
    bytes[0] = (bytes[0] as number) ^ 1;
    assert.ok(!pageVerifies(bytes, index, path, root, pages));
  }
});
