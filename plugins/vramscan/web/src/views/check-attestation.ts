/** Judges the document of an enclave as the API hands it out. Loaded only by whoever verifies. */
import type { EnclaveDetail } from '../data/api.ts';
import { instant } from '../format.ts';
import { fromHex, toHex, verifyAttestation, type AttestationVerdict } from '../verify/index.ts';
import type { AttestationResult } from './attestation.tsx';

export function checkAttestation(detail: EnclaveDetail): AttestationResult {
  return attestationResult(
    verifyAttestation(fromHex(detail.document), {
      policy: detail.attestationPolicy,
      instantMs: detail.enclave.registeredAtMs,
      registeredKey: detail.enclave.publicKey,
    }),
  );
}

/** A verdict in values that are ready to show. */
export function attestationResult(verdict: AttestationVerdict): AttestationResult {
  const { document } = verdict;
  const facts = document
    ? [
        ['Module', document.moduleId] as const,
        ['Made at', `${instant(document.timestampMs)} UTC`] as const,
        ...[...document.pcrs].filter(([, value]) => value.some((byte) => byte !== 0)).map(([index, value]) => [`PCR${index}`, toHex(value)] as const),
        ['Public key', document.publicKey ? toHex(document.publicKey) : 'none'] as const,
        ['User data', document.userData ? toHex(document.userData) : 'none'] as const,
        ['Nonce', document.nonce ? toHex(document.nonce) : 'none'] as const,
      ]
    : [];
  return {
    outcome: verdict.outcome,
    checks: verdict.checks,
    facts,
    certificates: verdict.certificates.map((certificate) => ({
      name: certificate.name,
      fromMs: certificate.notBeforeMs,
      toMs: certificate.notAfterMs,
    })),
  };
}
