/** Builds what Next does not: the shared worker, and the page of verification as one file. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

const common = {
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  legalComments: 'none',
  define: { 'process.env.NODE_ENV': '"production"' },
  logLevel: 'warning',
};

await build({ ...common, entryPoints: [at('src/live/worker.ts')], outfile: at('public/live-worker.js') });

const offline = await build({
  ...common,
  entryPoints: [at('src/offline/main.tsx')],
  write: false,
  jsx: 'automatic',
  charset: 'utf8',
  alias: { 'next/link': at('src/offline/link.tsx') },
});
const script = offline.outputFiles[0].text.replaceAll('</script', '<\\/script');
const styles = ['tokens', 'base', 'parts'].map((name) => readFileSync(at(`src/styles/${name}.css`), 'utf8')).join('\n');
const hash = createHash('sha256').update(script).digest('base64');
writeFileSync(
  at('public/vramscan-verify.html'),
  `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'">
<title>VRAMScan verification</title>
<style>${styles}
main { max-width: 64rem; margin: 0 auto; padding: 1.5rem; }</style>
</head>
<body>
<main id="content"></main>
<script>${script}</script>
</body>
</html>
`,
);
