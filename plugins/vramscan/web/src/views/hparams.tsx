'use client';

import type { NetworkParameters, Parameters } from '../data/api.ts';
import { useAnswer } from '../data/store.ts';
import { Badge, PageHead, Panel, Show, Time } from '../parts/basics.tsx';
import { LocalTable, type Column } from '../parts/table.tsx';

type Version = Parameters['items'][number];

interface Row {
  readonly name: string;
  readonly value: string;
  readonly before: string | undefined;
}

const COLUMNS: readonly Column<Row>[] = [
  { key: 'name', title: 'Parameter', value: (row) => row.name, cell: (row) => <code>{row.name}</code> },
  { key: 'value', title: 'Value', wraps: true, value: (row) => row.value, cell: (row) => <span className="hash whole">{row.value}</span> },
];

const CHANGES: readonly Column<Row>[] = [
  { key: 'name', title: 'Parameter', value: (row) => row.name, cell: (row) => <code>{row.name}</code> },
  { key: 'before', title: 'Before', wraps: true, value: (row) => row.before ?? '', cell: (row) => <del className="hash whole">{row.before ?? 'none'}</del> },
  { key: 'value', title: 'After', wraps: true, value: (row) => row.value, cell: (row) => <ins className="hash whole">{row.value}</ins> },
];

export function Hparams() {
  const answer = useAnswer<Parameters>('/v1/parameters');
  return (
    <>
      <PageHead title="Parameters">
        Everything the rules read as a number. A change is scheduled by governance, takes effect at the beginning of a window, and is an event.
      </PageHead>
      <Show answer={answer}>
        {({ items }) => (
          <div className="stack">
            {items.map((version, i) => (
              <VersionPanel key={version.effective} version={version} before={items[i + 1]} />
            ))}
          </div>
        )}
      </Show>
    </>
  );
}

function VersionPanel({ version, before }: { version: Version; before: Version | undefined }) {
  const rows = flat(version.parameters);
  const old = new Map(before ? flat(before.parameters).map((row) => [row.name, row.value]) : []);
  const changed = rows.filter((row) => before && old.get(row.name) !== row.value).map((row) => ({ ...row, before: old.get(row.name) }));
  return (
    <Panel
      title={
        <>
          From window {version.effective} {version.inForce ? <Badge tone="good">in force</Badge> : <Badge tone="unknown">not in force</Badge>}
        </>
      }
      note={
        <>
          Event {version.sequence}, scheduled <Time ms={version.scheduledAtMs} />
        </>
      }
    >
      {before ? (
        <LocalTable name={`changes-${version.effective}`} caption={`What changed with window ${version.effective}`} rows={changed} columns={CHANGES} rowKey={(row) => row.name} empty="Nothing differs from the version before." />
      ) : (
        <LocalTable name={`all-${version.effective}`} caption={`Parameters from window ${version.effective}`} rows={rows} columns={COLUMNS} rowKey={(row) => row.name} empty="No parameter." />
      )}
    </Panel>
  );
}

/** The parameters as `group.name` lines. */
function flat(parameters: NetworkParameters): Row[] {
  const walk = (value: unknown, name: string): Row[] =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value).flatMap(([key, inner]) => walk(inner, name ? `${name}.${key}` : key))
      : [{ name, value: Array.isArray(value) ? JSON.stringify(value) : String(value), before: undefined }];
  return walk(parameters, '');
}
