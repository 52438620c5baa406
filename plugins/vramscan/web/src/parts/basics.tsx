/** The small parts every page is made of. */
import Link from 'next/link';
import type { ReactNode } from 'react';
import type { Answer } from '../data/store.ts';
import { brief, instant, words } from '../format.ts';
import type { Tone } from '../verify/verdict.ts';

/** A sign beside the word, so that colour never speaks alone. */
const SIGNS: Readonly<Record<BadgeTone, string>> = {
  good: '✓',
  bad: '✕',
  dev: '△',
  unknown: '○',
  train: '▸',
  score: '▸',
};

export type BadgeTone = Tone | 'train' | 'score';

export function Badge({ tone, children, wraps }: { tone: BadgeTone; children: ReactNode; wraps?: boolean }) {
  return (
    <span className={wraps ? 'badge wraps' : 'badge'} data-tone={tone}>
      <span aria-hidden="true">{SIGNS[tone]}</span>
      {children}
    </span>
  );
}

const OUTCOME_TONES = { TRAINING: 'train', SCORING: 'score', FINAL: 'good', EMPTY: 'unknown' } as const;

export function OutcomeBadge({ outcome }: { outcome: keyof typeof OUTCOME_TONES }) {
  return <Badge tone={OUTCOME_TONES[outcome]}>{words(outcome)}</Badge>;
}

export function VerdictBadge({ verdict }: { verdict: string | null }) {
  if (verdict === null) {
    return <span className="note">—</span>;
  }
  return <Badge tone={verdict === 'ACCEPTED' ? 'good' : 'bad'}>{words(verdict)}</Badge>;
}

export function EnclaveBadge({ kind }: { kind: string | null }) {
  if (kind === null) {
    return <Badge tone="unknown">none</Badge>;
  }
  return kind === 'NITRO' ? <Badge tone="good">NITRO</Badge> : <Badge tone="dev">SOFTWARE (dev)</Badge>;
}

/** The beginning of a hash; the whole stands in the title. */
export function Hash({ hex, digits = 8 }: { hex: string; digits?: number }) {
  return (
    <span className="hash" title={hex}>
      {brief(hex, digits)}
    </span>
  );
}

export function WholeHash({ hex }: { hex: string }) {
  return <span className="hash whole">{hex}</span>;
}

/** Text a participant chose for itself: shown as text, set apart in its own direction. */
export function Label({ text }: { text: string }) {
  return <bdi className="label">{text === '' ? '(no label)' : text}</bdi>;
}

export function Time({ ms }: { ms: number }) {
  return (
    <time dateTime={new Date(ms).toISOString()} title={`${instant(ms)} UTC, chain time`}>
      {instant(ms)}
    </time>
  );
}

export function WindowLink({ window }: { window: number }) {
  return <Link href={`/windows/${window}/`}>{window}</Link>;
}

export function MinerLink({ uid }: { uid: number }) {
  return <Link href={`/miners/${uid}/`}>miner {uid}</Link>;
}

export function ValidatorLink({ uid }: { uid: number }) {
  return <Link href={`/validators/${uid}/`}>validator {uid}</Link>;
}

export function PageHead({
  title,
  crumb,
  children,
  actions,
}: {
  title: ReactNode;
  crumb?: { readonly path: string; readonly title: string };
  children?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <header className="head">
      <div>
        {crumb && (
          <p className="crumb">
            <Link href={crumb.path}>{crumb.title}</Link> /
          </p>
        )}
        <h1>{title}</h1>
        {children && <p className="lede">{children}</p>}
      </div>
      {actions}
    </header>
  );
}

export function Panel({ title, children, note }: { title?: ReactNode; children: ReactNode; note?: ReactNode }) {
  return (
    <section className="panel">
      {title && <h2>{title}</h2>}
      {children}
      {note && (
        <p className="note" style={{ marginTop: 'var(--gap-3)' }}>
          {note}
        </p>
      )}
    </section>
  );
}

export interface Figure {
  readonly name: string;
  readonly value: ReactNode;
  readonly unit?: string;
  readonly under?: ReactNode;
}

export function Figures({ items }: { items: readonly Figure[] }) {
  return (
    <dl className="figures">
      {items.map((item) => (
        <div key={item.name}>
          <dt>{item.name}</dt>
          <dd>
            {item.value}
            {item.unit && <small>{item.unit}</small>}
            {item.under && <div className="under">{item.under}</div>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

export function Facts({ items }: { items: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className="facts">
      {items.map(([name, value]) => (
        <FactRow key={name} name={name} value={value} />
      ))}
    </dl>
  );
}

function FactRow({ name, value }: { name: string; value: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}

export function Empty({ children }: { children: ReactNode }) {
  return <p className="empty">{children}</p>;
}

/** Shows an answer in each of its states: loading, failed, old because the node is away, and there. */
export function Show<T>({ answer, children }: { answer: Answer<T>; children: (value: T) => ReactNode }) {
  switch (answer.state) {
    case 'loading':
      return (
        <p className="loading" role="status">
          Loading…
        </p>
      );
    case 'failed':
      return (
        <div className="notice" data-tone="bad" role="alert">
          <Badge tone="bad">{answer.problem.status === 404 ? 'Not found' : 'No answer'}</Badge>
          <span>{answer.problem.message}</span>
        </div>
      );
    case 'ready':
      return (
        <>
          {answer.problem && (
            <div className="notice" data-tone="bad" role="status">
              <Badge tone="bad">Old</Badge>
              <span>
                {answer.problem.message} What you see is from {new Date(answer.receivedAtMs).toISOString().slice(11, 19)} UTC.
              </span>
            </div>
          )}
          {children(answer.value)}
        </>
      );
  }
}
