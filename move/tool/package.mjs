// Reads the package and the framework from disk, and compiles or tests them in the Move VM of the pinned npm package.

import { readFile, readdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import {
  dumpMovePackage,
  initMovePackageBuilder,
  testMovePackage,
} from "@zktx.io/sui-move-builder/full";

/** The folder of Move.toml. */
export const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

const GENERATED = path.join(ROOT, "target", "generated-tests");

/** Helpers that every test may use. */
export const SUPPORT = path.join("tests", "support");

/** The framework: a folder with move-stdlib and sui-framework, by default our own subset. */
const FRAMEWORK = process.env.SUI_FRAMEWORK_DIR ?? path.join(ROOT, "framework");

/** The files below a folder that end in .move, by path relative to `base`; none if there is no such folder. */
export async function moveFiles(folder, base = ROOT) {
  let names;
  try {
    names = await readdir(folder, { recursive: true });
  } catch (error) {
    if (error.code === "ENOENT") return {};
    throw error;
  }
  const files = {};
  for (const name of names.filter((each) => each.endsWith(".move")).sort()) {
    const file = path.join(folder, name);
    files[path.relative(base, file)] = await readFile(file, "utf8");
  }
  return files;
}

/** Gives the framework packages that every Sui package depends on without saying so, each file passed through `edit`. */
function fetcher(edit = (text) => text) {
  return {
    async fetch(git, rev, subdir) {
      const folder = path.join(FRAMEWORK, path.basename(subdir));
      const sources = await moveFiles(path.join(folder, "sources"), folder);
      return {
        "Move.toml": await readFile(path.join(folder, "Move.toml"), "utf8"),
        ...Object.fromEntries(Object.entries(sources).map(([file, text]) => [file, edit(text)])),
      };
    },
    async fetchFile() {
      return null;
    },
    getResolvedSha(git, rev) {
      return rev;
    },
    async fetchLocal(folder) {
      return this.fetch("", "", path.basename(folder));
    },
  };
}

async function input(tests, sources) {
  await initMovePackageBuilder();
  return {
    files: {
      "Move.toml": await readFile(path.join(ROOT, "Move.toml"), "utf8"),
      ...sources,
      ...tests,
    },
    fetcher: fetcher(),
    ansiColor: false,
  };
}

/** Compiles the package as it would be published: {modules, digest, warnings} or {error}. */
export async function build() {
  return dumpMovePackage({ ...(await input({}, await sourceFiles())), lintFlag: "default" });
}

/** Compiles the given tests as if they were published with the package, only to read their bytecode. */
export async function buildWithTests(tests) {
  const published = Object.entries({ ...(await sourceFiles()), ...tests }).map(([file, text]) => [
    path.join("sources", path.basename(file)),
    // Only the publisher may call init, so what calls it cannot be published.
    withoutTestAttributes(text).replace(/^ +init\(.*\);$/gm, "    abort 0"),
  ]);
  return dumpMovePackage({
    ...(await input({}, Object.fromEntries(published))),
    fetcher: fetcher((text) => withoutTestAttributes(hollow(text))),
    silenceWarnings: true,
  });
}

function withoutTestAttributes(text) {
  return text
    .replace(/^#\[(test_only|random_test|test\b.*)\]$/gm, "")
    .replace(/^#\[test_only, (.*)\]$/gm, "#[$1]");
}

/** Without the bodies of test functions, which do what may not be published. */
function hollow(text) {
  return text.replace(/^(#\[test_only\]\n(?:\/\/.*\n)*(?:public(?:\(package\))? )?fun [^{;]*\{)[^]*?^\}/gm, "$1 abort 0 }");
}

/** Runs the tests of the given files against the package, or against other sources of it: {passed, output} or {error}. */
export async function test(tests, sources) {
  return testMovePackage(await input(tests, sources ?? (await sourceFiles())));
}

/** Does the work on batches of files, as many at a time as the machine has cores; results in the files' order. */
export async function inBatches(files, size, work) {
  const batches = [];
  for (let i = 0; i < files.length; i += size) batches.push(files.slice(i, i + size));
  const results = [];
  let next = 0;
  const takeTurns = async () => {
    while (next < batches.length) {
      const turn = next++;
      results[turn] = await work(batches[turn]);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, takeTurns));
  return results;
}

/** The modules of the package. */
export function sourceFiles() {
  return moveFiles(path.join(ROOT, "sources"));
}

/** All test files, those written by hand and those generated from vectors. */
export async function testFiles() {
  const generated = await moveFiles(GENERATED, GENERATED);
  return {
    ...(await moveFiles(path.join(ROOT, "tests"))),
    // The Move tool takes tests only from a folder of that name.
    ...Object.fromEntries(Object.entries(generated).map(([file, text]) => [path.join("tests", "generated", file), text])),
  };
}
