/** A real network's windows, recomputed; and what happens if a single unit of one is changed. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FormatError, Json, readRecord, verifyWindow, type WindowEvidence, type WindowVerification } from '../../src/verify/index.ts';
import { recordedNetwork, recordedWindows } from '../recorded.ts';

const NETWORK = recordedNetwork();
const WINDOWS = recordedWindows(NETWORK);
/** The last window in which all six miners were scored, as they were in the one before. */
const BUSY = WINDOWS.findLast((window) => scored(window) === 6 && scored(window - 1) === 6) as number;

/** The parts of a record that the tests change. */
interface Record {
  issuedBefore: string;
  reports: { bytes: string }[];
  enclaves: { document: string; enclave: { publicKey: string; epoch: number } }[];
  events: { kind: string; body: Body }[];
  miners: unknown[];
}

interface Body {
  contentHash: string;
  scores: { signature: string; timestampMs: number; report: { validator: number; entries: { heldoutGain: string }[] } };
  result: {
    miners: { heldoutGain: string; proofNanos: string; weightNanos: string; after: { muNanos: string; sigmaNanos: string } }[];
    credits: { amount: string }[];
    topG: number[];
    emission: string;
  };
}

function scored(window: number): number {
  const answer = NETWORK[`/v1/windows/${window}/record`];
  return answer === undefined ? 0 : body(answer as Record, 'WindowFinalized').result.miners.length;
}

function record(window: number): Record {
  return structuredClone(NETWORK[`/v1/windows/${window}/record`]) as Record;
}

function evidence(value: unknown): WindowEvidence {
  return readRecord(Json.of(value));
}

function verified(change: (record: Record) => void): WindowVerification {
  const changed = record(BUSY);
  change(changed);
  return verifyWindow(evidence(changed));
}

function body(record: Record, kind: string): Body {
  const event = record.events.find((each) => each.kind === kind);
  assert.ok(event, `the record has the event ${kind}`);
  return event.body;
}

/** One unit more, in a decimal text. */
function more(text: string): string {
  return String(BigInt(text) + 1n);
}

describe('a recorded network', () => {
  test('is recomputed to the last unit, window after window', () => {
    assert.ok(WINDOWS.length >= 10);
    for (const window of WINDOWS) {
      const verification = verifyWindow(evidence(record(window)));
      assert.equal(verification.first, undefined, `window ${window}: ${JSON.stringify(verification.first)}`);
    }
  });

  test('is never better than "not attested", for its enclaves are software', () => {
    const verification = verifyWindow(evidence(record(BUSY)));
    assert.equal(verification.outcome, 'notAttested');
    assert.deepEqual(
      verification.steps.slice(2).map((step) => step.outcome),
      verification.steps.slice(2).map(() => 'valid'),
    );
  });

  test('survives its own JSON text', () => {
    const text = JSON.stringify(record(BUSY));
    assert.equal(verifyWindow(readRecord(Json.parse(text))).first, undefined);
  });
});

describe('a tampered window names its first difference', () => {
  const changes: readonly (readonly [what: string, change: (record: Record) => void, subject: RegExp, field: string])[] = [
    ['a gain of the result', (r) => (first(r).heldoutGain = more(first(r).heldoutGain)), /^Miner 1$/, 'held-out gain'],
    ['proof of computation', (r) => (first(r).proofNanos = more(first(r).proofNanos)), /^Miner 1$/, 'proof of computation'],
    ['one billionth of a mean', (r) => (first(r).after.muNanos = more(first(r).after.muNanos)), /^Miner 1$/, 'rating after'],
    ['one billionth of a deviation', (r) => (first(r).after.sigmaNanos = more(first(r).after.sigmaNanos)), /^Miner 1$/, 'rating after'],
    ['one billionth of a weight', (r) => (first(r).weightNanos = more(first(r).weightNanos)), /^Miner 1$/, 'weight'],
    ['the order of the merged', (r) => void body(r, 'WindowFinalized').result.topG.reverse(), /^Window$/, 'top G'],
    ['one base unit of pay', (r) => (credit(r).amount = more(credit(r).amount)), /^miner:1$/, 'pay'],
    ['one base unit of emission', (r) => (body(r, 'WindowFinalized').result.emission = more(body(r, 'WindowFinalized').result.emission)), /^Window$/, 'emission'],
    ['what was issued before', (r) => (r.issuedBefore = '6999999999999999'), /^Window$/, 'emission'],
  ];
  for (const [what, change, subject, field] of changes) {
    test(what, () => {
      const verification = verified(change);
      assert.equal(verification.outcome, 'different');
      assert.match(verification.first?.subject ?? '', subject);
      assert.equal(verification.first?.field, field);
    });
  }

  const first = (r: Record) => body(r, 'WindowFinalized').result.miners[0] as Body['result']['miners'][number];
  const credit = (r: Record) => body(r, 'WindowFinalized').result.credits[0] as { amount: string };
});

describe('a tampered report gets the verdict that says what is wrong', () => {
  const signed = (verification: WindowVerification) => verification.steps[1];

  test('a flipped bit of the signature', () => {
    const verification = verified((r) => {
      const { scores } = body(r, 'ScoresSubmitted');
      scores.signature = flip(scores.signature);
    });
    assert.equal(signed(verification)?.outcome, 'signatureInvalid');
    assert.equal(verification.outcome, 'signatureInvalid');
  });

  test('a row that is not what was signed', () => {
    const verification = verified((r) => {
      const entry = body(r, 'ScoresSubmitted').scores.report.entries[0] as { heldoutGain: string };
      entry.heldoutGain = more(entry.heldoutGain);
    });
    assert.equal(signed(verification)?.outcome, 'otherData');
    assert.match(signed(verification)?.checks[0]?.detail ?? '', /entries\[0\]\.heldout/);
  });

  test('a report of another window, with its genuine signature', () => {
    const verification = verified((r) => {
      const mine = body(r, 'ScoresSubmitted');
      const older = record(BUSY - 1).events.find(
        (event) => event.kind === 'ScoresSubmitted' && event.body.scores.report.validator === mine.scores.report.validator,
      );
      mine.scores = (older as Record['events'][number]).body.scores;
    });
    assert.equal(signed(verification)?.outcome, 'replayed');
  });

  test('a gradient that is not the committed one', () => {
    const verification = verified((r) => {
      body(r, 'GradientCommitted').contentHash = '00'.repeat(32);
    });
    assert.equal(signed(verification)?.outcome, 'otherData');
  });

  test('a key that no attestation registered', () => {
    const verification = verified((r) => {
      for (const { enclave } of r.enclaves) {
        enclave.epoch += 7;
      }
    });
    assert.equal(signed(verification)?.outcome, 'unknownEnclave');
  });

  test('a registered key that the document does not name', () => {
    const verification = verified((r) => {
      const { enclave } = r.enclaves[0] as Record['enclaves'][number];
      enclave.publicKey = flip(enclave.publicKey);
    });
    assert.equal(verification.steps[0]?.outcome, 'otherData');
    assert.equal(verification.first?.field, 'attestation');
  });
});

describe('a record that lacks something', () => {
  test('is not checkable, and says why', () => {
    const verification = verified((r) => void r.miners.pop());
    assert.equal(verification.outcome, 'notCheckable');
    assert.match(verification.steps.at(-1)?.checks[0]?.detail ?? '', /standing of miner \d+ before window/);
  });

  test('of an open window has no outcome to compare', () => {
    const verification = verified((r) => {
      r.events = r.events.filter((event) => event.kind !== 'WindowFinalized');
    });
    assert.match(verification.steps.at(-1)?.checks[0]?.detail ?? '', /not final/);
  });

  test('is refused with the place of what is wrong', () => {
    const broken = record(BUSY);
    broken.issuedBefore = 'much';
    assert.throws(() => evidence(broken), (error: unknown) => error instanceof FormatError && /\$\.issuedBefore is "much"/.test(error.message));
    assert.throws(() => Json.parse('{'), FormatError);
  });
});

function flip(hex: string): string {
  return (hex.startsWith('0') ? '1' : '0') + hex.slice(1);
}
