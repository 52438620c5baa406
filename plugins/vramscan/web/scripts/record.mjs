/**
 * Records what a node's VRAMScan answers, for the tests: `node scripts/record.mjs http://localhost:4322`.
 * The network should stand still or at least not finish a window meanwhile.
 */
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const origin = process.argv[2];
if (origin === undefined) {
  console.error('Name the node: node scripts/record.mjs http://localhost:4322');
  process.exit(1);
}

const answers = {};

async function record(path, query = '') {
  const response = await fetch(origin + path + query);
  if (!response.ok) {
    throw new Error(`${path} answers ${response.status}`);
  }
  answers[path] = await response.json();
  return answers[path];
}

async function recordList(path) {
  const list = await record(path, '?limit=1000');
  if (list.next !== null) {
    throw new Error(`${path} has more than 1,000 rows; record a shorter network`);
  }
  return list.items;
}

await record('/v1/now');
await record('/v1/status');
for (const { window } of await recordList('/v1/windows')) {
  await record(`/v1/windows/${window}`);
  await record(`/v1/windows/${window}/record`);
}
for (const [kind, id] of [['miners', 'miner'], ['validators', 'validator']]) {
  for (const item of await recordList(`/v1/${kind}`)) {
    await record(`/v1/${kind}/${item[id]}`);
    await recordList(`/v1/${kind}/${item[id]}/windows`);
  }
}
for (const { enclave } of await recordList('/v1/enclaves')) {
  await record(`/v1/enclaves/${enclave}`);
}
for (const { checkpoint } of await recordList('/v1/checkpoints')) {
  await record(`/v1/checkpoints/${checkpoint}`);
}
for (const { sequence } of await recordList('/v1/events')) {
  await record(`/v1/events/${sequence}`);
}
for (const path of ['/v1/agreement', '/v1/training', '/v1/rewards', '/v1/parameters']) {
  await record(path);
}
await recordList('/v1/rewards/windows');
await recordList('/v1/rewards/claims');
await record('/v1/search', '?q=3');

const target = new URL('../test/recorded/network.json.gz', import.meta.url);
writeFileSync(target, gzipSync(JSON.stringify(answers), { level: 9 }));
console.log(`${Object.keys(answers).length} answers recorded`);
