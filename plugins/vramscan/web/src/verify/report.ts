/** The signed score report: its bytes, its signature, and whether it is the report it passes for. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { BcsError, BcsReader, BcsWriter, type BcsField } from './bcs.ts';
import { fromHex, toHex } from './bytes.ts';
import {
  VERDICTS,
  type Enclave,
  type PayloadVerdict,
  type ScoreEntry,
  type ScoreReport,
  type SignedScoreReport,
} from './model.ts';
import type { Check } from './verdict.ts';

const INTENT = 0;
const DIGEST = 32;

/** The bytes under the enclave's signature, as the Java class `ScoreMessage` builds them. */
export function intentBytes(report: ScoreReport, timestampMs: number): Uint8Array {
  return new BcsWriter()
    .u8(INTENT)
    .u64(timestampMs)
    .fixed(digest(report.network))
    .u64(report.validator)
    .u64(report.enclaveEpoch)
    .u64(report.window)
    .string(report.evaluator)
    .fixed(digest(report.baseRoot))
    .fixed(digest(report.datasetRoot))
    .fixed(digest(report.assignmentSeed))
    .fixed(digest(report.evaluationSeed))
    .vector(report.entries, (writer, entry) =>
      writer
        .u64(entry.miner)
        .fixed(digest(entry.contentHash))
        .u8(VERDICTS.indexOf(entry.verdict))
        .signed(entry.heldoutGain)
        .signed(entry.assignedGain),
    )
    .toBytes();
}

/** A report read back from its signed bytes, with the place of every value. */
export interface DecodedIntent {
  readonly report: ScoreReport;
  readonly timestampMs: number;
  readonly fields: readonly BcsField[];
}

/** Reads what an enclave signed; throws a {@link BcsError} that names the first wrong byte. */
export function decodeIntent(bytes: Uint8Array): DecodedIntent {
  const reader = new BcsReader(bytes);
  const intent = reader.u8('intent');
  if (intent !== INTENT) {
    throw new BcsError(`the intent is ${intent}, that of a score report is ${INTENT}`);
  }
  const timestampMs = Number(reader.u64('timestamp_ms'));
  const report: ScoreReport = {
    network: toHex(reader.fixed('network', DIGEST)),
    validator: Number(reader.u64('validator_uid')),
    enclaveEpoch: reader.u64('enclave_epoch'),
    window: Number(reader.u64('window')),
    evaluator: reader.string('evaluator'),
    baseRoot: toHex(reader.fixed('base_root', DIGEST)),
    datasetRoot: toHex(reader.fixed('dataset_root', DIGEST)),
    assignmentSeed: toHex(reader.fixed('assignment_seed', DIGEST)),
    evaluationSeed: toHex(reader.fixed('evaluation_seed', DIGEST)),
    entries: reader.vector('entries', decodeEntry),
  };
  reader.end();
  return { report, timestampMs, fields: reader.fields };
}

function decodeEntry(reader: BcsReader, name: string): ScoreEntry {
  return {
    miner: Number(reader.u64(`${name}.miner_uid`)),
    contentHash: toHex(reader.fixed(`${name}.content_hash`, DIGEST)),
    verdict: verdict(reader.u8(`${name}.verdict`)),
    heldoutGain: reader.signed(`${name}.heldout`),
    assignedGain: reader.signed(`${name}.assigned`),
  };
}

/** Whether the Ed25519 signature (RFC 8032, strict) is the key's over the bytes. */
export function signedBy(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) {
    return false;
  }
  try {
    return ed25519.verify(signature, bytes, publicKey, { zip215: false });
  } catch {
    // The library throws where a key or a signature is no point of the curve.
    return false;
  }
}

/** What a report stored for a window must be about. */
export interface ReportContext {
  readonly network: string;
  readonly window: number;
  readonly baseRoot: string;
  readonly datasetRoot: string;
  readonly assignmentSeed: string;
  readonly evaluationSeed: string;
  readonly evaluator: string;
  /** The committed content hash of each miner. */
  readonly contentHashes: ReadonlyMap<number, string>;
}

/**
 * Checks one stored report: first the signature under the registered key of that epoch, then that
 * what was signed is this window's and not another's. A good report of a software enclave is never
 * better than "enclave not attested (dev)".
 */
export function checkReport(
  scores: SignedScoreReport,
  enclaves: readonly Enclave[],
  context: ReportContext,
): Check {
  const { report } = scores;
  const subject = `Validator ${report.validator}`;
  const enclave = enclaves.find((each) => each.epoch === report.enclaveEpoch);
  if (!enclave) {
    const detail = `no enclave of epoch ${report.enclaveEpoch} is registered for this validator`;
    return { outcome: 'unknownEnclave', subject, detail };
  }
  const key = fromHex(enclave.publicKey);
  const signature = fromHex(scores.signature);
  const bytes = intentBytes(report, scores.timestampMs);
  if (!signedBy(key, bytes, signature)) {
    const other = scores.signedBytes === undefined ? undefined : fromHex(scores.signedBytes);
    if (other && signedBy(key, other, signature)) {
      return { outcome: 'otherData', subject, detail: firstOtherByte(bytes, other) };
    }
    const detail = `Ed25519 over the ${bytes.length} rebuilt bytes fails under the key ${enclave.publicKey.slice(0, 8)}… of epoch ${enclave.epoch}`;
    return { outcome: 'signatureInvalid', subject, detail };
  }
  if (report.window !== context.window) {
    const detail = `signed for window ${report.window}, stored for window ${context.window}`;
    return { outcome: 'replayed', subject, detail };
  }
  const foreign = foreignField(report, context);
  if (foreign) {
    return { outcome: 'otherData', subject, detail: foreign };
  }
  const detail = `${report.entries.length} entries, ${bytes.length} bytes, signed by ${enclave.publicKey.slice(0, 8)}…`;
  return { outcome: enclave.kind === 'NITRO' ? 'valid' : 'notAttested', subject, detail };
}

/** Names the field in which the row and what was signed part. */
function firstOtherByte(row: Uint8Array, signed: Uint8Array): string {
  const at = signed.findIndex((byte, i) => byte !== row[i]);
  try {
    const field = decodeIntent(signed).fields.find((each) => at >= each.offset && at < each.offset + each.length);
    return field
      ? `the signature is over ${field.name} = ${field.text} (byte ${field.offset}), the row says otherwise`
      : `the signature is over ${signed.length} bytes, the row gives ${row.length}`;
  } catch (error) {
    if (error instanceof BcsError) {
      return `the signature is over bytes that are no score report: ${error.message}`;
    }
    throw error;
  }
}

function foreignField(report: ScoreReport, context: ReportContext): string | undefined {
  const bound = [
    ['network', report.network, context.network],
    ['base root', report.baseRoot, context.baseRoot],
    ['dataset root', report.datasetRoot, context.datasetRoot],
    ['assignment seed', report.assignmentSeed, context.assignmentSeed],
    ['evaluation seed', report.evaluationSeed, context.evaluationSeed],
    ['evaluator', report.evaluator, context.evaluator],
  ] as const;
  for (const [name, signed, recorded] of bound) {
    if (signed !== recorded) {
      return `the signed ${name} is ${signed}, the chain's is ${recorded}`;
    }
  }
  for (const entry of report.entries) {
    const committed = context.contentHashes.get(entry.miner);
    if (committed !== entry.contentHash) {
      return committed === undefined
        ? `it scores miner ${entry.miner}, who committed nothing`
        : `it scores bytes ${entry.contentHash.slice(0, 8)}… of miner ${entry.miner}, who committed ${committed.slice(0, 8)}…`;
    }
  }
  return undefined;
}

function verdict(wire: number): PayloadVerdict {
  const found = VERDICTS[wire];
  if (found === undefined) {
    throw new BcsError(`no verdict has number ${wire}`);
  }
  return found;
}

function digest(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (bytes.length !== DIGEST) {
    throw new RangeError(`a digest has ${DIGEST} bytes, not ${bytes.length}`);
  }
  return bytes;
}
