// node tool/move.mjs build            compiles the package; warnings are errors
// node tool/move.mjs test [WORD...]   runs the tests, or those of the files whose names contain a WORD
//
// Test files lie in tests/ and, generated from vectors, in target/generated-tests/; helpers in tests/support/.

import { fork } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { SUPPORT, build, inBatches, test, testFiles } from "./package.mjs";

/** Files per run, so that a run stays within a few hundred megabytes. */
const BATCH = 12;

const [command, ...words] = process.argv.slice(2);
switch (command) {
  case "build":
    await compile();
    break;
  case "test":
    await testAll(words);
    break;
  case "run":
    await testSome(words);
    break;
  default:
    fail("usage: node tool/move.mjs build | test [WORD...]");
}

async function compile() {
  const result = await build();
  if (result.error) fail(result.error);
  if (result.warnings) fail(result.warnings);
  const bytes = result.modules.map((module) => Buffer.from(module, "base64").length);
  console.log(`${bytes.length} modules, ${bytes.reduce((sum, each) => sum + each, 0)} bytes`);
}

async function testAll(words) {
  const files = Object.keys(await testFiles()).filter(
    (file) => !file.startsWith(SUPPORT) && (words.length === 0 || words.some((word) => path.basename(file).includes(word))),
  );
  if (files.length === 0) fail(`no test file has a name with ${words.join(" or ")}`);
  const passed = await inBatches(files, BATCH, runInChild);
  console.log(`${passed.reduce((sum, each) => sum + each, 0)} Move tests passed`);
}

/** Runs the tests of some files; prints what failed and ends this process if one did. */
async function testSome(files) {
  const all = await testFiles();
  const chosen = Object.entries(all).filter(([file]) => file.startsWith(SUPPORT) || files.includes(file));
  const result = await test(Object.fromEntries(chosen));
  if (result.error) fail(result.error);
  const summary = /Test result: OK. Total tests: (\d+); passed: \1; failed: 0/.exec(result.output);
  if (!result.passed || !summary) fail(result.output);
  process.send?.(Number(summary[1]));
  if (!process.send) console.log(result.output);
}

function runInChild(files) {
  return new Promise((resolve) => {
    const child = fork(fileURLToPath(import.meta.url), ["run", ...files]);
    let passed = 0;
    child.on("message", (count) => (passed = count));
    child.on("exit", (code) => (code === 0 ? resolve(passed) : process.exit(1)));
  });
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
