/** The words a check can end with. Each means one thing, and none is a shade of another. */
export const OUTCOMES = {
  valid: { word: 'valid', tone: 'good' },
  signatureInvalid: { word: 'signature invalid', tone: 'bad' },
  otherData: { word: 'signed, but for other data', tone: 'bad' },
  replayed: { word: 'replayed', tone: 'bad' },
  unknownEnclave: { word: 'unknown enclave', tone: 'bad' },
  notAttested: { word: 'enclave not attested (dev)', tone: 'dev' },
  different: { word: 'differs', tone: 'bad' },
  notCheckable: { word: 'not checkable: data missing', tone: 'unknown' },
} as const;

export type Outcome = keyof typeof OUTCOMES;

/** How an outcome is shown; always beside its word. */
export type Tone = 'good' | 'bad' | 'dev' | 'unknown';

/** One thing that was checked. */
export interface Check {
  readonly outcome: Outcome;
  /** What was looked at. */
  readonly subject: string;
  /** What was found, for people. */
  readonly detail: string;
}

/** Where a recomputation and the record part. */
export interface Difference {
  readonly subject: string;
  readonly field: string;
  readonly recomputed: string;
  readonly recorded: string;
}

export function toneOf(outcome: Outcome): Tone {
  return OUTCOMES[outcome].tone;
}

const SEVERITY: readonly Outcome[] = [
  'signatureInvalid',
  'otherData',
  'replayed',
  'unknownEnclave',
  'different',
  'notCheckable',
  'notAttested',
  'valid',
];

/** The gravest of the outcomes. */
export function worst(outcomes: readonly Outcome[]): Outcome {
  return SEVERITY.find((outcome) => outcomes.includes(outcome)) ?? 'notCheckable';
}
