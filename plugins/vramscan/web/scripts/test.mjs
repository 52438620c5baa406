/** Bundles the tests of one kind and runs them with Node's own runner. */
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const kind = process.argv[2];
const root = fileURLToPath(new URL('..', import.meta.url));
const sources = `${root}test/${kind}`;
const target = `${root}build/test/${kind}`;

rmSync(target, { recursive: true, force: true });
const tests = readdirSync(sources).filter((name) => name.endsWith('.test.ts'));
await build({
  entryPoints: tests.map((name) => `${sources}/${name}`),
  outdir: target,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  packages: 'external',
  sourcemap: 'inline',
  logLevel: 'warning',
});
const files = tests.map((name) => `${target}/${name.replace(/\.ts$/, '.mjs')}`);
const { status } = spawnSync(process.execPath, ['--enable-source-maps', '--test', '--test-concurrency=1', ...files], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(status ?? 1);
