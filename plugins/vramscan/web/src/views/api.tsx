'use client';

/** The API, from its own description; examples run against the node that serves this page. */
import { useState } from 'react';
import { Badge, PageHead, Panel } from '../parts/basics.tsx';

export interface Operation {
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly { readonly name: string; readonly place: string; readonly description: string }[];
  /** The schema of the answer, if it has one. */
  readonly answer: string;
}

const EXAMPLES: Readonly<Record<string, string>> = { window: '0', miner: '1', validator: '1', enclave: '1-1', checkpoint: '1', sequence: '1' };
const SHOWN_CHARACTERS = 4_000;

export function ApiPage({ about, operations }: { about: string; operations: readonly Operation[] }) {
  return (
    <>
      <PageHead title="API">
        Everything on these pages, as JSON and CSV. The whole description: <a href="/v1/openapi.yaml">openapi.yaml</a>
      </PageHead>
      <div className="stack">
        <Panel title="In general">
          <ul className="prose" style={{ fontSize: 'inherit' }}>
            {points(about).map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </Panel>
        {operations.map((operation) => (
          <OperationPanel key={operation.path} operation={operation} />
        ))}
      </div>
    </>
  );
}

function points(about: string): string[] {
  return about
    .replaceAll('`', '')
    .split(/^\* |\n\n/m)
    .map((line) => line.replaceAll(/\s+/g, ' ').trim())
    .filter((line) => line !== '');
}

function OperationPanel({ operation }: { operation: Operation }) {
  const streams = operation.path === '/v1/stream';
  return (
    <section className="panel" aria-label={operation.path}>
      <h2 className="mono" style={{ overflowWrap: 'anywhere' }}>
        GET {operation.path}
      </h2>
      <p>{operation.summary}</p>
      {operation.description && <p className="note">{operation.description.replaceAll('`', '')}</p>}
      {operation.parameters.length > 0 && (
        <p className="note">
          {operation.parameters.map((parameter) => `${parameter.name} (${parameter.place})`).join(', ')}
        </p>
      )}
      {operation.answer && <p className="note">Answers with {operation.answer}.</p>}
      {!streams && <Try path={operation.path} />}
    </section>
  );
}

function Try({ path }: { path: string }) {
  const [address, setAddress] = useState(() => path.replaceAll(/\{(\w+)\}/g, (_, name: string) => EXAMPLES[name] ?? name) + (path === '/v1/search' ? '?q=1' : ''));
  const [answer, setAnswer] = useState<{ readonly status: string; readonly text: string }>();
  const send = async () => {
    try {
      const response = await fetch(address);
      const text = await response.text();
      setAnswer({ status: `${response.status} ${response.statusText}`.trim(), text: shown(text) });
    } catch {
      setAnswer({ status: 'no answer', text: 'The node does not answer.' });
    }
  };
  return (
    <div className="field-grid" style={{ marginTop: 'var(--gap-2)' }}>
      <div className="table-tools" style={{ marginBottom: 0 }}>
        <input aria-label={`Address for ${path}`} className="mono" style={{ flex: '1 1 12rem', minWidth: 0 }} value={address} onChange={(event) => setAddress(event.target.value)} />
        <button type="button" onClick={() => void send()}>
          Send
        </button>
        <button type="button" onClick={() => void navigator.clipboard?.writeText(`curl '${location.origin}${address}'`)}>
          Copy as curl
        </button>
      </div>
      <div aria-live="polite">
        {answer && (
          <>
            <Badge tone={answer.status.startsWith('2') ? 'good' : 'bad'}>{answer.status}</Badge>
            <pre className="bytes" tabIndex={0} style={{ whiteSpace: 'pre-wrap', maxHeight: '22rem', overflow: 'auto' }}>
              {answer.text}
            </pre>
          </>
        )}
      </div>
    </div>
  );
}

function shown(text: string): string {
  let pretty = text;
  try {
    pretty = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // Not every answer is JSON; then it is shown as it came.
  }
  return pretty.length > SHOWN_CHARACTERS ? `${pretty.slice(0, SHOWN_CHARACTERS)}\n… ${pretty.length - SHOWN_CHARACTERS} more characters` : pretty;
}
