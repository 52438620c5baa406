// Reads the package and the framework from disk, and compiles or tests them in the Move VM of the pinned npm package.

import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import {
  dumpMovePackage,
  initMovePackageBuilder,
  testMovePackage,
} from "@zktx.io/sui-move-builder/full";

/** The folder of Move.toml. */
export const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

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

/** Gives the framework packages that every Sui package depends on without saying so. */
const fetcher = {
  async fetch(git, rev, subdir) {
    const folder = path.join(FRAMEWORK, path.basename(subdir));
    return {
      "Move.toml": await readFile(path.join(folder, "Move.toml"), "utf8"),
      ...(await moveFiles(path.join(folder, "sources"), folder)),
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

async function input(tests) {
  await initMovePackageBuilder();
  return {
    files: {
      "Move.toml": await readFile(path.join(ROOT, "Move.toml"), "utf8"),
      ...(await moveFiles(path.join(ROOT, "sources"))),
      ...tests,
    },
    fetcher,
    ansiColor: false,
  };
}

/** Compiles the package as it would be published: {modules, digest, warnings} or {error}. */
export async function build() {
  return dumpMovePackage({ ...(await input({})), lintFlag: "default" });
}

/** Runs the package's tests and those of the given files: {passed, output} or {error}. */
export async function test(tests) {
  return testMovePackage(await input(tests));
}
