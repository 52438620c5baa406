/**
 * Reads and judges attestation documents: an untagged COSE_Sign1 (RFC 9052) with ES384 around the
 * CBOR of an AWS Nitro document. The twin of the Java module `enclave/attestation`; each rule gets a
 * tick of its own, and all are judged at one stated instant of chain time.
 */
import { p384 } from '@noble/curves/nist.js';
import { decode, encode } from 'cborg';
import { equalBytes, fromHex, toHex, type Hex } from './bytes.ts';
import { CertificateError, readCertificate, type Certificate } from './certificate.ts';
import type { AttestationPolicy } from './model.ts';
import { worst, type Check, type Outcome } from './verdict.ts';

/** The oldest document that is admitted, by chain time. */
export const MAXIMUM_AGE_MS = 5 * 60 * 1000;
/** How far the clock of the attesting machine may run ahead of chain time. */
export const MAXIMUM_LEAD_MS = 60 * 1000;
const MAXIMUM_BYTES = 16 * 1024;
const PCR_BYTES = 48;
const SIGNATURE_BYTES = 96;
const ES384_HEADER = 'a1013822';

export interface AttestationDocument {
  readonly moduleId: string;
  readonly timestampMs: number;
  readonly pcrs: ReadonlyMap<number, Uint8Array>;
  readonly leaf: Uint8Array;
  /** From the root down to the leaf's issuer. */
  readonly chain: readonly Uint8Array[];
  readonly publicKey?: Uint8Array;
  readonly userData?: Uint8Array;
  readonly nonce?: Uint8Array;
  readonly signedBytes: Uint8Array;
  readonly signature: Uint8Array;
}

/** Bytes that are no attestation document; the text says where the first rule breaks. */
export class AttestationError extends Error {}

/** Reads a document without believing it. */
export function readAttestation(bytes: Uint8Array): AttestationDocument {
  if (bytes.length > MAXIMUM_BYTES) {
    throw new AttestationError(`a document has at most ${MAXIMUM_BYTES} bytes, not ${bytes.length}`);
  }
  const parts = cbor(bytes);
  if (!Array.isArray(parts) || parts.length !== 4) {
    throw new AttestationError('not COSE_Sign1: an array of four parts');
  }
  const [header, unprotected, payload, signature] = parts as unknown[];
  if (!(header instanceof Uint8Array) || toHex(header) !== ES384_HEADER) {
    throw new AttestationError('the protected header must name the algorithm ES384 and nothing else');
  }
  if (!(unprotected instanceof Map) || unprotected.size > 0) {
    throw new AttestationError('the unprotected header must be empty');
  }
  if (!(payload instanceof Uint8Array) || !(signature instanceof Uint8Array)) {
    throw new AttestationError('payload and signature must be byte strings');
  }
  if (signature.length !== SIGNATURE_BYTES) {
    throw new AttestationError(`an ES384 signature has ${SIGNATURE_BYTES} bytes, not ${signature.length}`);
  }
  return {
    ...readPayload(payload),
    signedBytes: encode(['Signature1', header, new Uint8Array(), payload]),
    signature,
  };
}

function readPayload(payload: Uint8Array): Omit<AttestationDocument, 'signedBytes' | 'signature'> {
  const map = cbor(payload);
  if (!(map instanceof Map)) {
    throw new AttestationError('the payload is not a map');
  }
  if (map.get('digest') !== 'SHA384') {
    throw new AttestationError('the field digest must be SHA384');
  }
  const moduleId: unknown = map.get('module_id');
  const timestampMs: unknown = map.get('timestamp');
  if (typeof moduleId !== 'string' || moduleId === '') {
    throw new AttestationError('the field module_id is empty or no text');
  }
  if (typeof timestampMs !== 'number' || timestampMs <= 0) {
    throw new AttestationError('the field timestamp is not a positive integer');
  }
  const publicKey = optionalBytes(map, 'public_key');
  const userData = optionalBytes(map, 'user_data');
  const nonce = optionalBytes(map, 'nonce');
  return {
    moduleId,
    timestampMs,
    pcrs: readPcrs(map.get('pcrs')),
    leaf: certificateBytes(map.get('certificate')),
    chain: readChain(map.get('cabundle')),
    ...(publicKey ? { publicKey } : {}),
    ...(userData ? { userData } : {}),
    ...(nonce ? { nonce } : {}),
  };
}

function readPcrs(value: unknown): Map<number, Uint8Array> {
  if (!(value instanceof Map) || value.size === 0) {
    throw new AttestationError('the field pcrs is not a map with entries');
  }
  const pcrs = new Map<number, Uint8Array>();
  for (const [index, bytes] of value as Map<unknown, unknown>) {
    if (typeof index !== 'number' || index < 0 || index > 31) {
      throw new AttestationError('a PCR has no index below 32');
    }
    if (!(bytes instanceof Uint8Array) || bytes.length !== PCR_BYTES) {
      throw new AttestationError(`PCR${index} is not ${PCR_BYTES} bytes`);
    }
    pcrs.set(index, bytes);
  }
  return pcrs;
}

function readChain(value: unknown): Uint8Array[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > 10) {
    throw new AttestationError('the field cabundle is not a list of 1 to 10 certificates');
  }
  return value.map(certificateBytes);
}

function certificateBytes(value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array) || value.length === 0 || value.length > 1024) {
    throw new AttestationError('a certificate is not 1 to 1,024 bytes');
  }
  return value;
}

function optionalBytes(map: Map<unknown, unknown>, name: string): Uint8Array | undefined {
  const value = map.get(name);
  if (value === undefined || value === null) {
    return undefined;
  }
  if (value instanceof Uint8Array && value.length <= 1024) {
    return value;
  }
  throw new AttestationError(`the field ${name} is not a byte string of at most 1,024 bytes`);
}

function cbor(bytes: Uint8Array): unknown {
  try {
    return decode(bytes, {
      useMaps: true,
      rejectDuplicateMapKeys: true,
      allowIndefinite: false,
      allowUndefined: false,
      allowInfinity: false,
      allowNaN: false,
    });
  } catch (error) {
    throw new AttestationError(error instanceof Error ? error.message : String(error));
  }
}

/** What came of a document. */
export interface AttestationVerdict {
  readonly outcome: Outcome;
  readonly checks: readonly Check[];
  readonly document?: AttestationDocument;
  readonly certificates: readonly Certificate[];
}

/** What a document is held against. */
export interface AttestationContext {
  readonly policy: AttestationPolicy;
  /** The instant of chain time at which everything is judged: that of the registration. */
  readonly instantMs: number;
  /** The key the chain registered; without it the binding is not checkable. */
  readonly registeredKey?: Hex;
}

/** Judges a document, each rule with its own tick. Never throws for what the document says. */
export function verifyAttestation(bytes: Uint8Array, context: AttestationContext): AttestationVerdict {
  let document: AttestationDocument;
  let certificates: Certificate[];
  try {
    document = readAttestation(bytes);
    certificates = [...document.chain, document.leaf].map(readCertificate);
  } catch (error) {
    if (error instanceof AttestationError || error instanceof CertificateError) {
      const checks: Check[] = [{ outcome: 'different', subject: 'Structure', detail: error.message }];
      return { outcome: 'different', checks, certificates: [] };
    }
    throw error;
  }
  const software = context.policy.kind === 'SOFTWARE';
  const checks: Check[] = [
    good('Structure', `COSE_Sign1, ES384, ${bytes.length} bytes`),
    rootCheck(document, context.policy),
    chainCheck(certificates, context.instantMs),
    signatureCheck(document, certificates.at(-1) as Certificate),
    ageCheck(document, context.instantMs),
    pcrCheck(document, context.policy),
    keyCheck(document, context.registeredKey),
    software
      ? {
          outcome: 'notAttested',
          subject: 'Hardware',
          detail: 'a process that attests itself under a development root: no hardware vouches for it',
        }
      : good('Hardware', 'an AWS Nitro enclave'),
  ];
  return { outcome: worst(checks.map((check) => check.outcome)), checks, document, certificates };
}

function rootCheck(document: AttestationDocument, policy: AttestationPolicy): Check {
  const subject = 'Root';
  return equalBytes(document.chain[0] as Uint8Array, fromHex(policy.rootCertificate))
    ? good(subject, 'the chain starts at the root that the network names')
    : bad(subject, 'the chain starts at another root than the network names');
}

function chainCheck(certificates: readonly Certificate[], instantMs: number): Check {
  const subject = 'Certificate chain';
  for (const [i, certificate] of certificates.entries()) {
    const issuer = certificates[Math.max(0, i - 1)] as Certificate;
    const below = certificates.length - 2 - i;
    const isLeaf = i === certificates.length - 1;
    if (!equalBytes(certificate.issuer, issuer.subject)) {
      return bad(subject, `${certificate.name} names another issuer than the certificate above it`);
    }
    if (!verifies(issuer.publicKey, certificate.signed, certificate.signature, 'der')) {
      return bad(subject, `the signature on ${certificate.name} is not that of ${issuer.name}`);
    }
    if (instantMs < certificate.notBeforeMs || instantMs > certificate.notAfterMs) {
      return bad(subject, `${certificate.name} is not valid at ${new Date(instantMs).toISOString()}`);
    }
    if (isLeaf ? certificate.authority || !certificate.signsDocuments : !mayIssue(certificate, below)) {
      return bad(subject, `${certificate.name} may not sign what it signs here`);
    }
  }
  return good(subject, `${certificates.length} certificates, judged at ${new Date(instantMs).toISOString()}`);
}

function mayIssue(certificate: Certificate, below: number): boolean {
  const longEnough = certificate.pathLength === undefined || below <= certificate.pathLength;
  return certificate.authority && certificate.signsCertificates && longEnough;
}

function signatureCheck(document: AttestationDocument, leaf: Certificate): Check {
  const subject = 'COSE signature';
  return verifies(leaf.publicKey, document.signedBytes, document.signature, 'compact')
    ? good(subject, `ECDSA P-384 by ${leaf.name}`)
    : { outcome: 'signatureInvalid', subject, detail: "the document's signature is not its certificate's" };
}

/** ECDSA over SHA-384; both forms of s are admitted, as X.509 and Nitro do. */
function verifies(key: Uint8Array, message: Uint8Array, signature: Uint8Array, format: 'der' | 'compact'): boolean {
  try {
    return p384.verify(signature, message, key, { format, lowS: false });
  } catch {
    // The library throws where a key or a signature is out of range.
    return false;
  }
}

function ageCheck(document: AttestationDocument, instantMs: number): Check {
  const age = instantMs - document.timestampMs;
  const subject = 'Age';
  return age <= MAXIMUM_AGE_MS && age >= -MAXIMUM_LEAD_MS
    ? good(subject, `made ${(age / 1000).toFixed(1)} s before it was registered`)
    : bad(subject, `made ${(age / 1000).toFixed(1)} s before the instant; between -60 s and 300 s are admitted`);
}

function pcrCheck(document: AttestationDocument, policy: AttestationPolicy): Check {
  const subject = 'Measurements';
  const [pcr0, pcr1, pcr2] = [0, 1, 2].map((index) => document.pcrs.get(index));
  if (!pcr0 || !pcr1 || !pcr2) {
    return bad(subject, 'one of PCR0, PCR1 and PCR2 is missing');
  }
  if ([pcr0, pcr1, pcr2].some((pcr) => pcr.every((byte) => byte === 0))) {
    return bad(subject, 'all zero: the enclave runs in debug mode, its host can read and change it');
  }
  const admitted = policy.measurements.some(
    (measurement) =>
      measurement.pcr0 === toHex(pcr0) && measurement.pcr1 === toHex(pcr1) && measurement.pcr2 === toHex(pcr2),
  );
  return admitted
    ? good(subject, `PCR0 ${toHex(pcr0).slice(0, 16)}… is on the allow-list`)
    : bad(subject, `PCR0 ${toHex(pcr0).slice(0, 16)}… is not on the allow-list`);
}

function keyCheck(document: AttestationDocument, registeredKey: Hex | undefined): Check {
  const subject = 'Key binding';
  if (document.publicKey?.length !== 32) {
    return bad(subject, 'the document names no Ed25519 key of 32 bytes');
  }
  const key = toHex(document.publicKey);
  if (registeredKey === undefined) {
    return { outcome: 'notCheckable', subject, detail: `the document names ${key.slice(0, 16)}…; no registered key to compare` };
  }
  return key === registeredKey
    ? good(subject, `the document names the registered key ${key.slice(0, 16)}…`)
    : { outcome: 'otherData', subject, detail: `the document names ${key.slice(0, 16)}…, registered is ${registeredKey.slice(0, 16)}…` };
}

function good(subject: string, detail: string): Check {
  return { outcome: 'valid', subject, detail };
}

function bad(subject: string, detail: string): Check {
  return { outcome: 'different', subject, detail };
}
