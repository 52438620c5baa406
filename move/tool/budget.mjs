// node tool/budget.mjs
//
// Estimates how many bytecode instructions the parts of a full window take. The VM of the tests does not count them,
// so each part is timed against a loop of known length, as the difference of two runs that differ in repetitions only.

import { test } from "./package.mjs";

const SETUP = `
const N: u64 = 256;
fun hash(i: u64): vector<u8> { std::hash::sha2_256(std::bcs::to_bytes(&i)) }
fun bonds(): vector<Bond> { vector::tabulate!(32, |i| peer_registry::bond_for_testing(i + 1, 10)) }
fun ratings(): vector<vector<Rating>> {
    vector::tabulate!(N, |i| vector[openskill::for_testing(signed::from(20_000_000_000 + i * 37_000_000), 8_000_000_000)])
}
fun line(v: u64): Line { consensus::new_line(v, 10, 0, signed::from(5), signed::from(6)) }
`;

/** What is repeated, after what is prepared once; `units` is how many miners one repetition looks at. */
const PARTS = {
  "scorers of a miner among 32": ["let seed = hash(1); let bonds = bonds();", "scorer_assignment::scorers(&seed, &bonds, 7, 3);", 1],
  "consensus of three lines": ["let lines = vector[line(1), line(2), line(3)];", "consensus::of(&lines);", 1],
  "rating update of 256": ["let groups = ratings();", "openskill::updated(&groups);", 256],
  "sort of 256": ["let order = vector::tabulate!(N, |i| hash(i)[0] as u64 * 1000 + i);", "sorting::sorted!(order, |a, b| *a <= *b);", 256],
  "shares of 256": ["let skills = vector::tabulate!(N, |i| signed::from(1_000_003 * i + 17));", "shares::of_skill(&skills);", 256],
  "ranking one more among 255": ["let order = vector::tabulate!(255, |i| 2 * i);", "let mut ranked = order; sorting::insert_sorted!(&mut ranked, 255u64, |a, b| *a <= *b);", 1],
  "merged set of 256": ["let hashes = vector::tabulate!(N, |i| hash(i));", "let mut best = top_g::new(15); N.do!(|i| best.add(i + 1, signed::from(hashes[i][0] as u64), hashes[i])); best.merged(1).digest();", 256],
};

/** Instructions of one turn of the loop below: load, load, compare, branch; load, constant, add, store; jump. */
const LOOP_INSTRUCTIONS = 9;
const LOOP = ["", "let mut j = 0u64; while (j < 100_000) { j = j + 1; };", 1];

function source([prepare, body], repetitions) {
  return `#[test_only]
module vramhub::budget_tests;
use vramhub::consensus::{Self, Line};
use vramhub::openskill::{Self, Rating};
use vramhub::peer_registry::{Self, Bond};
use vramhub::scorer_assignment;
use vramhub::shares;
use vramhub::signed;
use vramhub::sorting;
use vramhub::top_g;
${SETUP}
#[test]
fun part() { ${prepare} ${repetitions}u64.do!(|_| { ${body} }); }
`;
}

async function cpu(part, repetitions) {
  const before = process.cpuUsage();
  const result = await test({ "tests/budget_tests.move": source(part, repetitions) });
  if (result.error || !result.passed) throw new Error(result.error ?? result.output);
  const { user } = process.cpuUsage(before);
  return user / 1e6;
}

/** Seconds of processor time of one repetition. */
async function seconds(part) {
  await cpu(part, 1);
  const once = Math.min(await cpu(part, 1), await cpu(part, 1));
  let repetitions = 8;
  for (;;) {
    const more = await cpu(part, repetitions);
    if (more > once + 2) return (more - once) / (repetitions - 1);
    repetitions *= 4;
  }
}

const perInstruction = (await seconds(LOOP)) / (100_000 * LOOP_INSTRUCTIONS);
for (const [name, part] of Object.entries(PARTS)) {
  const instructions = (await seconds(part)) / perInstruction;
  console.log(`${name}: ${Math.round(instructions)} instructions, ${Math.round(instructions / part[2])} a miner`);
}
