/**
 * What the chain says, as this library reads it. Numbers that may exceed 2^53 (coins in base units,
 * gains in nano-nats, ratings in billionths) are `bigint`; uids, window numbers and milliseconds are
 * `number`; digests and keys are hexadecimal text.
 */
import type { Hex } from './bytes.ts';

/** The verdicts of a score entry; the index is the byte that stands for one in messages. */
export const VERDICTS = [
  'ACCEPTED',
  'MISSING',
  'HASH_MISMATCH',
  'MALFORMED',
  'WRONG_BASE',
  'WRONG_OWNER',
  'OUT_OF_BOUNDS',
  'DUPLICATE',
] as const;
export type PayloadVerdict = (typeof VERDICTS)[number];

export type EnclaveKind = 'NITRO' | 'SOFTWARE';

/** One admitted build: PCR0, PCR1 and PCR2. */
export interface Measurement {
  readonly pcr0: Hex;
  readonly pcr1: Hex;
  readonly pcr2: Hex;
}

/** Which enclaves a network admits. */
export interface AttestationPolicy {
  readonly kind: EnclaveKind;
  /** DER of the root certificate. */
  readonly rootCertificate: Hex;
  readonly measurements: readonly Measurement[];
}

/** A skill estimate in billionths. */
export interface Rating {
  readonly muNanos: bigint;
  readonly sigmaNanos: bigint;
}

/** The conservative skill mu - 3 sigma, in billionths. */
export function ordinal(rating: Rating): bigint {
  return rating.muNanos - 3n * rating.sigmaNanos;
}

export interface ScoreEntry {
  readonly miner: number;
  readonly contentHash: Hex;
  readonly verdict: PayloadVerdict;
  readonly heldoutGain: bigint;
  readonly assignedGain: bigint;
}

/** What an enclave signs. */
export interface ScoreReport {
  readonly network: Hex;
  readonly validator: number;
  readonly enclaveEpoch: bigint;
  readonly window: number;
  readonly evaluator: string;
  readonly baseRoot: Hex;
  readonly datasetRoot: Hex;
  readonly assignmentSeed: Hex;
  readonly evaluationSeed: Hex;
  readonly entries: readonly ScoreEntry[];
}

export interface SignedScoreReport {
  readonly report: ScoreReport;
  readonly timestampMs: number;
  readonly signature: Hex;
  /** The bytes the enclave is said to have signed, where somebody hands them over beside the row. */
  readonly signedBytes?: Hex;
}

export interface PageRange {
  readonly first: bigint;
  readonly count: bigint;
}

/** The parameters that scoring, rating and pay read. */
export interface Parameters {
  readonly topG: number;
  readonly pagesPerMiner: number;
  readonly datasetRoot: Hex;
  readonly train: PageRange;
  readonly heldout: PageRange;
  readonly heldoutEvaluationPages: number;
  readonly assignedEvaluationPages: number;
  readonly evaluator: string;
  readonly scorersPerMiner: number;
  readonly minScorers: number;
  readonly maxDeviations: number;
  readonly proofDecayNanos: bigint;
  readonly proofThresholdNanos: bigint;
  readonly gainFloor: bigint;
  readonly absenceWindows: number;
  readonly minersBasisPoints: number;
  readonly validatorsBasisPoints: number;
  readonly treasuryBasisPoints: number;
}

export interface Bond {
  readonly validator: number;
  readonly stake: bigint;
}

export interface Commit {
  readonly miner: number;
  readonly contentHash: Hex;
}

/** `miner:U`, `validator:U` or `treasury`. */
export type Payee = string;

export interface Credit {
  readonly payee: Payee;
  readonly amount: bigint;
}

export interface MinerResult {
  readonly miner: number;
  readonly verdict: PayloadVerdict;
  readonly heldoutGain: bigint;
  readonly assignedGain: bigint;
  readonly proofNanos: bigint;
  readonly before: Rating;
  readonly after: Rating;
  readonly eligible: boolean;
  readonly weightNanos: bigint;
}

export interface RatingChange {
  readonly miner: number;
  readonly before: Rating;
  readonly after: Rating;
}

export interface WindowResult {
  readonly empty: boolean;
  readonly miners: readonly MinerResult[];
  readonly drifted: readonly RatingChange[];
  readonly topG: readonly number[];
  readonly topGDigest: Hex;
  readonly emission: bigint;
  readonly credits: readonly Credit[];
}

export interface Deviation {
  readonly validator: number;
  readonly miner: number;
}

export interface MinerBefore {
  readonly uid: number;
  readonly rating: Rating;
  readonly proofNanos: bigint;
  readonly consecutiveAbsences: number;
}

export interface Enclave {
  readonly epoch: bigint;
  readonly publicKey: Hex;
  readonly kind: EnclaveKind;
  readonly registration?: Registration;
}

/** How an enclave's key came onto the chain. */
export interface Registration {
  /** The attestation document, COSE_Sign1. */
  readonly document: Hex;
  /** Chain time of the registration: the instant the document is judged at. */
  readonly atMs: number;
}

export interface ValidatorBefore {
  readonly uid: number;
  readonly deviations: number;
  readonly jailed: boolean;
  readonly enclaves: readonly Enclave[];
}

/** Everything a window's outcome follows from, and the outcome the chain recorded. */
export interface WindowEvidence {
  readonly network: Hex;
  readonly window: number;
  readonly parameters: Parameters;
  readonly attestationPolicy: AttestationPolicy;
  /** All VRAM issued before this window. */
  readonly issuedBefore: bigint;
  readonly baseRoot: Hex;
  readonly assignmentSeed: Hex;
  /** Absent until scoring opened. */
  readonly evaluationSeed?: Hex;
  /** The active miners in slot order. */
  readonly miners: readonly number[];
  readonly validators: readonly Bond[];
  readonly commits: readonly Commit[];
  readonly scores: readonly SignedScoreReport[];
  readonly minersBefore: readonly MinerBefore[];
  readonly validatorsBefore: readonly ValidatorBefore[];
  /** Absent until the window is final. */
  readonly result?: WindowResult;
  readonly deviations: readonly Deviation[];
  /** Validators this window jailed, by uid. */
  readonly jailed: readonly number[];
}
