/** Tells what a pasted text is and judges it. Loaded only by whoever verifies. */
import {
  BcsError,
  decodeIntent,
  fromHex,
  Json,
  readPolicy,
  readRecord,
  RECORD_FORMAT,
  signedBy,
  verifyAttestation,
  verifyWindow,
} from '../verify/index.ts';
import { attestationResult } from './check-attestation.ts';
import type { Verdict } from './verify.tsx';

/** Judges the record of a window or of an enclave; throws a `FormatError` for any other text. */
export function judge(content: string): Verdict {
  const json = Json.parse(content);
  const format = json.at('format').optional((value) => value.text());
  if (format !== undefined) {
    json.at('format').oneOf([RECORD_FORMAT]);
    return { kind: 'window', verification: verifyWindow(readRecord(json)) };
  }
  const enclave = json.at('enclave');
  const verdict = verifyAttestation(fromHex(json.at('document').hex()), {
    policy: readPolicy(json.at('attestationPolicy')),
    instantMs: enclave.at('registeredAtMs').count(),
    registeredKey: enclave.at('publicKey').hex(),
  });
  const name = `Enclave ${enclave.at('validator').count()}-${enclave.at('epoch').count()}`;
  return { kind: 'attestations', results: [{ name, result: attestationResult(verdict) }] };
}

/** Checks one signature; throws a `RangeError` for text that is not hexadecimal. */
export function judgeSignature(key: string, message: string, signature: string): { valid: boolean; detail: string } {
  const bytes = fromHex(message.trim());
  return { valid: signedBy(fromHex(key.trim()), bytes, fromHex(signature.trim())), detail: describe(bytes) };
}

function describe(bytes: Uint8Array): string {
  try {
    const { report, timestampMs } = decodeIntent(bytes);
    const scored = report.entries.map((entry) => `miner ${entry.miner} ${entry.verdict} ${entry.heldoutGain}`).join(', ');
    return `The bytes are a score report of validator ${report.validator} for window ${report.window}, made at ${new Date(timestampMs).toISOString()}: ${scored || 'no entry'}.`;
  } catch (error) {
    if (error instanceof BcsError) {
      return `The bytes are no score report: ${error.message}.`;
    }
    throw error;
  }
}
