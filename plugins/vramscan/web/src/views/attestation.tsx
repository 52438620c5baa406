/** What an attestation document says and how each rule judged it. */
import type { ReactNode } from 'react';
import { instant } from '../format.ts';
import { Facts, WholeHash } from '../parts/basics.tsx';
import type { Check, Outcome } from '../verify/verdict.ts';
import { Checks, OutcomeWord } from './verify-window.tsx';

/** A verdict in values that are ready to show. */
export interface AttestationResult {
  readonly outcome: Outcome;
  readonly checks: readonly Check[];
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly certificates: readonly { readonly name: string; readonly fromMs: number; readonly toMs: number }[];
}

export function AttestationReport({ result }: { result: AttestationResult }) {
  return (
    <>
      <p data-outcome={result.outcome}>
        <strong>Document:</strong> <OutcomeWord outcome={result.outcome} />
      </p>
      <Checks checks={result.checks} />
      {result.facts.length > 0 && (
        <div style={{ marginTop: 'var(--gap-4)' }}>
          <h3>Document tree</h3>
          <Facts items={[...result.facts.map(factRow), ...result.certificates.map(certificateRow)]} />
        </div>
      )}
    </>
  );
}

function factRow([name, value]: readonly [string, string]): readonly [string, ReactNode] {
  return [name, <WholeHash key={name} hex={value} />];
}

function certificateRow(
  certificate: AttestationResult['certificates'][number],
  i: number,
): readonly [string, ReactNode] {
  return [
    `Certificate ${i + 1}`,
    <span key={i}>
      {certificate.name}
      <span className="note">
        {' '}
        from {instant(certificate.fromMs)} to {instant(certificate.toMs)}
      </span>
    </span>,
  ];
}
