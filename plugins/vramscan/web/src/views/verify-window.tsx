'use client';

/** The button that recomputes a window in this browser, and what came of it. */
import { useState } from 'react';
import { fetchJson } from '../data/store.ts';
import { Badge, Panel } from '../parts/basics.tsx';
import { OUTCOMES, toneOf, type Check, type Outcome } from '../verify/verdict.ts';
import type { Step, WindowVerification } from '../verify/window.ts';

type Run =
  | { readonly state: 'idle' }
  | { readonly state: 'running' }
  | { readonly state: 'failed'; readonly message: string }
  | { readonly state: 'done'; readonly verification: WindowVerification };

export function VerifyWindow({ window, final }: { window: number; final: boolean }) {
  const [run, setRun] = useState<Run>({ state: 'idle' });
  const verify = async () => {
    setRun({ state: 'running' });
    try {
      const record = await fetchJson<unknown>(`/v1/windows/${window}/record`);
      // The rules and their cryptography are fetched only by whoever verifies.
      const { Json, readRecord, verifyWindow } = await import('../verify/index.ts');
      setRun({ state: 'done', verification: verifyWindow(readRecord(Json.of(record))) });
    } catch (error) {
      setRun({ state: 'failed', message: error instanceof Error ? error.message : String(error) });
    }
  };
  return (
    <Panel title="Verification">
      <div className="table-tools">
        <button type="button" className="primary" onClick={verify} disabled={run.state === 'running'}>
          Verify window {window}
        </button>
        <span className="note">
          {final
            ? 'Attestations, signatures, draws, medians, ratings, weights and pay are recomputed here, to the last unit.'
            : 'The window is still open: signatures can be checked, its outcome not yet.'}
        </span>
      </div>
      <div aria-live="polite">
        {run.state === 'running' && <p className="loading">Recomputing…</p>}
        {run.state === 'failed' && (
          <p>
            <Badge tone="unknown">{OUTCOMES.notCheckable.word}</Badge> {run.message}
          </p>
        )}
        {run.state === 'done' && <Verification verification={run.verification} />}
      </div>
    </Panel>
  );
}

export function OutcomeWord({ outcome }: { outcome: Outcome }) {
  return (
    <Badge tone={toneOf(outcome)} wraps>
      {OUTCOMES[outcome].word}
    </Badge>
  );
}

export function Verification({ verification }: { verification: WindowVerification }) {
  const { first } = verification;
  return (
    <>
      <p style={{ marginBottom: 'var(--gap-3)' }} data-outcome={verification.outcome}>
        <strong>Window {verification.window}:</strong> <OutcomeWord outcome={verification.outcome} />{' '}
        {verification.outcome === 'notAttested' && (
          <span className="note">Everything that follows from the signed reports is right; the enclaves that signed them are software.</span>
        )}
      </p>
      {first && (
        <div className="difference">
          <strong>
            First difference: {first.subject}, {first.field}
          </strong>
          <div>
            recomputed: <span className="mono">{first.recomputed}</span>
          </div>
          <div>
            recorded: <span className="mono">{first.recorded}</span>
          </div>
        </div>
      )}
      <ol className="steps">
        {verification.steps.map((step, i) => (
          <StepRow key={step.name} number={i + 1} step={step} />
        ))}
      </ol>
    </>
  );
}

function StepRow({ number, step }: { number: number; step: Step }) {
  return (
    <li>
      <div className="title">
        <span className="count">{number}</span>
        <strong>{step.name}</strong>
        <OutcomeWord outcome={step.outcome} />
      </div>
      <p>{step.explanation}</p>
      {step.checks.length > 0 && <Checks checks={step.checks} />}
      {step.checks.length === 0 && step.differences.length > 0 && (
        <ul className="checks">
          {step.differences.map((difference) => (
            <li key={difference.subject + difference.field}>
              <span>{difference.subject}</span>
              <span>{difference.field}</span>
              <span className="detail mono">
                {difference.recomputed} ≠ {difference.recorded}
              </span>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

export function Checks({ checks }: { checks: readonly Check[] }) {
  return (
    <ul className="checks">
      {checks.map((check) => (
        <li key={check.subject}>
          <span>{check.subject}</span>
          <OutcomeWord outcome={check.outcome} />
          <span className="detail">{check.detail}</span>
        </li>
      ))}
    </ul>
  );
}
