// node tool/ratings.mjs   writes Move tests from the windows that Java has rated (target/rating-windows.json),
//                         and compares every rating with the npm library's
//
// Java writes the file in RatingWindowsTest. The generated tests demand equality to the last unit; the library calculates in
// floating point, so it must agree within 1e-6.

import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { rate } from "openskill";
import { ROOT } from "./package.mjs";

const WINDOWS = path.join(ROOT, "target", "rating-windows.json");
const TESTS = path.join(ROOT, "target", "generated-tests");

const NANOS = 1e9;
const BETA = 25 / 6;
const TAU = 25 / 300;
const NEWCOMER_SIGMA = 25 / 3;
const TOLERANCE = 1e-6;

const networks = JSON.parse(await windowsOfJava());
compare(networks);
await mkdir(TESTS, { recursive: true });
for (const [number, network] of networks.entries()) {
  await writeFile(path.join(TESTS, `rating_windows_${number}_tests.move`), moveTest(number, network));
}

async function windowsOfJava() {
  try {
    return await readFile(WINDOWS, "utf8");
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    console.error(`${WINDOWS} is missing; Java writes it: mvn -pl move -am test`);
    process.exit(1);
  }
}

function moveTest(number, { start, windows }) {
  const replays = windows.map(
    ({ groups, after }) => `    replay(&mut ratings, x"${ranking(groups).toString("hex")}", x"${digest(after)}");`,
  );
  return `#[test_only]
module vramhub::rating_windows_${number}_tests;

use vramhub::rating_windows::{ratings, replay};

#[test]
fun equal_java_in_every_window() {
    let mut ratings = ratings(x"${standings(start).toString("hex")}");
${replays.join("\n")}
}
`;
}

/** The SHA-256 of the BCS of the ratings and of the shares, a vector<u64>. */
function digest(after) {
  const shares = Buffer.from([...length(after), ...after.flatMap(({ share }) => [...u64(share)])]);
  return createHash("sha256").update(standings(after)).update(shares).digest("hex");
}

/** The BCS of vector<vector<u8>>. */
function ranking(groups) {
  return Buffer.from([...length(groups), ...groups.flatMap((group) => [...length(group), ...group])]);
}

/** The BCS of vector<Rating>. */
function standings(ratings) {
  return Buffer.from([
    ...length(ratings),
    ...ratings.flatMap(({ mu, sigma }) => [mu < 0 ? 1 : 0, ...u64(Math.abs(mu)), ...u64(sigma)]),
  ]);
}

/** A length as ULEB128. */
function length({ length }) {
  const bytes = [];
  for (; length > 0x7f; length >>>= 7) bytes.push((length & 0x7f) | 0x80);
  return [...bytes, length];
}

function u64(value) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function compare(networks) {
  let worst = 0;
  let compared = 0;
  for (const [number, { start, windows }] of networks.entries()) {
    let before = start;
    for (const [window, { groups, after }] of windows.entries()) {
      const expected = library(before, groups);
      for (const [miner, { mu, sigma }] of after.entries()) {
        const error = Math.max(
          Math.abs(mu / NANOS - expected[miner].mu),
          Math.abs(sigma / NANOS - expected[miner].sigma),
        );
        if (!(error <= TOLERANCE)) {
          throw new Error(`network ${number}, window ${window}, miner ${miner}: ${error} away from the library`);
        }
        worst = Math.max(worst, error);
        compared++;
      }
      before = after;
    }
  }
  const windows = networks.reduce((sum, network) => sum + network.windows.length, 0);
  console.log(`${compared} ratings of ${windows} windows agree with openskill within ${worst.toExponential(1)}`);
}

/** The ratings after a window as the library has them; it knows no absence, which only adds tau. */
function library(before, groups) {
  const after = before.map(({ mu, sigma }) => ({
    mu: mu / NANOS,
    sigma: Math.max(sigma / NANOS, Math.min(Math.hypot(sigma / NANOS, TAU), NEWCOMER_SIGMA)),
  }));
  const present = groups.flat();
  const teams = present.map((miner) => [{ mu: before[miner].mu / NANOS, sigma: before[miner].sigma / NANOS }]);
  const rank = groups.flatMap((group, place) => group.map(() => place + 1));
  for (const [place, [rating]] of rate(teams, { rank, beta: BETA, tau: TAU }).entries()) {
    after[present[place]] = rating;
  }
  return after;
}
