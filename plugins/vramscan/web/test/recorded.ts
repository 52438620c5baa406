/**
 * A recorded network: what a node's VRAMScan answered, by path. Four validators, six miners, two of
 * them bad, and one window without enough scores. Only the moment it stands still at, inside the
 * scoring of the last window, is set by hand.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

export type Answers = Readonly<Record<string, unknown>>;

/** A fresh copy, so that a test may change it. Tests run in the folder of this package. */
export function recordedNetwork(): Record<string, unknown> {
  return JSON.parse(gunzipSync(readFileSync('test/recorded/network.json.gz')).toString('utf8')) as Record<string, unknown>;
}

/** The final windows of the network, by number. */
export function recordedWindows(answers: Answers): number[] {
  return Object.keys(answers)
    .map((path) => /^\/v1\/windows\/(\d+)\/record$/.exec(path)?.[1])
    .filter((number) => number !== undefined)
    .map(Number)
    .sort((a, b) => a - b);
}
