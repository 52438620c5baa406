/**
 * After the export: the Content-Security-Policy of each page, with the hashes of its own inline
 * scripts, in `out/csp.json`; and the budget of scripts that a first visit loads.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const HOME_BUDGET_KIB = 180;
const OUT = fileURLToPath(new URL('../out', import.meta.url));

const INLINE = /<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g;
const LOADED = /<script[^>]*\ssrc="([^"]+)"[^>]*>/g;

function pages(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.html'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

function policy(html) {
  const hashes = [...html.matchAll(INLINE)].map(([, script]) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`);
  return [
    "default-src 'none'",
    `script-src 'self' ${[...new Set(hashes)].join(' ')}`.trim(),
    "style-src 'self'",
    // Widths of bars are attributes; no text of the chain ever reaches one.
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** The saved page carries its policy within it; the server repeats it. */
function ownPolicy(html) {
  return `${/http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html)[1]}; frame-ancestors 'none'`;
}

const policies = {
  // A shared worker is governed by the policy it came with.
  '/live-worker.js': "default-src 'none'; connect-src 'self'",
};
for (const file of pages(OUT)) {
  const html = readFileSync(file, 'utf8');
  policies[`/${relative(OUT, file)}`] = file.endsWith('vramscan-verify.html') ? ownPolicy(html) : policy(html);
}
writeFileSync(join(OUT, 'csp.json'), `${JSON.stringify(policies, null, 1)}\n`);

const home = readFileSync(join(OUT, 'index.html'), 'utf8');
const scripts = [...home.matchAll(LOADED)].filter(([tag]) => !/nomodule/i.test(tag)).map(([, source]) => source);
const total = [...new Set(scripts)]
  .map((source) => join(OUT, source.split('?')[0]))
  .filter(existsSync)
  .reduce((sum, file) => sum + gzipSync(readFileSync(file), { level: 9 }).length, 0);
const kib = (total / 1024).toFixed(1);
console.log(`${Object.keys(policies).length - 1} pages; the home page loads ${kib} KiB of script, compressed (budget ${HOME_BUDGET_KIB})`);
if (total > HOME_BUDGET_KIB * 1024) {
  console.error(`The home page exceeds its budget of ${HOME_BUDGET_KIB} KiB. Load what only some visitors need with import().`);
  process.exit(1);
}
