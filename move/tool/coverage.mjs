// node tool/coverage.mjs           fails if a function that other modules or transactions can call, or a place that aborts, is
//                                  reached by no test
// node tool/coverage.mjs --list    lists each of them with a test that reaches it
//
// The Move VM of the npm package records no coverage. Functions are followed through the bytecode's calls, from the tests on.
// Places that abort are found by sabotage: each gets a code of its own, so a test that expects an abort fails, and the code it
// fails with tells the place.

import { fork } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { functionsOf, reachedFrom } from "./bytecode.mjs";
import { SUPPORT, build, buildWithTests, inBatches, sourceFiles, test, testFiles } from "./package.mjs";

/** Far above every abort code. */
const FIRST_CODE = 900_000;

/** What no test can call, and why. */
const BEYOND_TESTS = new Map([
  [
    "enclave_registry::register_enclave",
    "the VM of the npm package loads no attestation document; what follows its reading is tested as register_for_testing",
  ],
]);

/** Files per run, so that a run stays within a few hundred megabytes. */
const BATCH = 12;

const ERRORS = path.join("sources", "errors.move");
const ABORT = /errors::(\w+)!\(\)/g;
const TEST = /^#\[(?:random_)?test\b.*\]\n(?:#\[.*\]\n|\/\/.*\n)*fun (\w+)/gm;
const MODULE_FAILURES = /^Failures in \w+::(\w+):\n([\s\S]*?)(?=^Failures in |^Test result)/gm;
const FAILURE = /^┌── (\w+) ──[\s\S]*?aborted with code (\d+)/gm;

if (process.send) {
  process.once("message", async ({ tests, sources }) => {
    process.send(await test(tests, sources), () => process.disconnect());
  });
} else {
  await main();
}

async function main() {
  const sources = await sourceFiles();
  const tests = await testFiles();
  const functions = await reachedFunctions(tests);
  const aborts = await reachedAborts(sources, tests);
  for (const [name, reason] of BEYOND_TESTS) {
    if (functions.get(name)) throw new Error(`${name} is reached by ${functions.get(name)} after all`);
    functions.set(name, reason);
  }
  for (const [place, reachedBy] of [...functions, ...aborts]) {
    if (!reachedBy || process.argv.includes("--list")) console.log(`${place}: ${reachedBy ?? "NO TEST"}`);
  }

  const used = new Set([...aborts.keys()].map((place) => place.split(" ")[1]));
  const unused = [...sources[ERRORS].matchAll(/macro fun (\w+)/g)].map(([, name]) => name).filter((name) => !used.has(name));
  for (const name of unused) console.log(`no place aborts with ${name}`);
  const unreached = [...functions.values(), ...aborts.values()].filter((reachedBy) => !reachedBy).length;
  console.log(`${functions.size} functions, ${aborts.size} places that abort; ${unreached} without a test`);
  if (unreached + unused.length > 0) process.exit(1);
}

/** The published functions others can call, each with the first test from which calls lead to it. */
async function reachedFunctions(tests) {
  const published = [...functionsOf(await build()).values()].filter((each) => !each.isPrivate);
  const reached = new Map(published.map((each) => [each.name, undefined]));
  const withTests = functionsOf(await buildWithTests(tests));
  for (const [file, text] of Object.entries(tests)) {
    for (const [, name] of text.matchAll(TEST)) {
      const from = `${path.basename(file, ".move")}::${name}`;
      if (!withTests.has(from)) throw new Error(`the bytecode has no test ${from}`);
      for (const each of reachedFrom(from, withTests)) {
        if (reached.has(each) && !reached.get(each)) reached.set(each, from);
      }
    }
  }
  return reached;
}

/** The places that abort with a code of the package, each with the first test that was seen to abort there. */
async function reachedAborts(sources, tests) {
  const reached = new Map();
  const places = [];
  const sabotaged = Object.fromEntries(
    Object.entries(sources).map(([file, text]) => [
      file,
      file === ERRORS ? text : text.replace(ABORT, (call, name, at) => {
        const line = text.slice(0, at).split("\n").length;
        places.push(`${path.basename(file)}:${line} ${name}`);
        reached.set(places.at(-1), undefined);
        return String(FIRST_CODE + places.length - 1);
      }),
    ]),
  );
  const isSupport = (file) => file.startsWith(SUPPORT);
  const files = Object.keys(tests).filter((file) => !isSupport(file) && tests[file].includes("abort_code"));
  const results = await inBatches(files, BATCH, (batch) => {
    const chosen = Object.entries(tests).filter(([file]) => isSupport(file) || batch.includes(file));
    return runInChild(Object.fromEntries(chosen), sabotaged);
  });
  for (const { output, error } of results) {
    if (error) throw new Error(error);
    for (const [, module, failures] of output.matchAll(MODULE_FAILURES)) {
      for (const [, name, code] of failures.matchAll(FAILURE)) {
        const place = places[Number(code) - FIRST_CODE];
        if (!place) throw new Error(`${module}::${name} aborts with ${code}, which is no place's code`);
        if (!reached.get(place)) reached.set(place, `${module}::${name}`);
      }
    }
  }
  return reached;
}

function runInChild(tests, sources) {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url));
    child.once("message", resolve);
    child.once("exit", (code) => reject(new Error(`a test run ended with ${code} and no result`)));
    child.send({ tests, sources });
  });
}
