'use client';

import Link from 'next/link';
import { useState } from 'react';
import type { Event, EventDetail, EventSummary, SignedReport } from '../data/api.ts';
import { useAnswer } from '../data/store.ts';
import { clock, instant, words } from '../format.ts';
import { Empty, Facts, MinerLink, PageHead, Panel, Show, Time, ValidatorLink, WholeHash, WindowLink } from '../parts/basics.tsx';
import { useRouteId } from '../parts/route.ts';
import { LocalTable, RemoteTable, type Column } from '../parts/table.tsx';

/** The newest events in few words. */
export function EventList({ events }: { events: readonly EventSummary[] }) {
  return events.length === 0 ? (
    <Empty>Nothing has happened yet.</Empty>
  ) : (
    <ol className="events">
      {events.map((event) => (
        <li key={event.sequence}>
          <time>{clock(event.timeMs)}</time>
          <Link href={`/events/${event.sequence}/`}>{words(event.kind)}</Link>
          <span className="where">{whereabouts(event)}</span>
        </li>
      ))}
    </ol>
  );
}

function whereabouts(event: EventSummary): string {
  const parts = [
    event.miner === null ? '' : `m${event.miner}`,
    event.validator === null ? '' : `v${event.validator}`,
    event.window === null ? '' : `w${event.window}`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}

const TOPICS = ['registry', 'window', 'commit', 'score', 'checkpoint', 'reward', 'parameters'].map((value) => ({ value, title: value }));

const COLUMNS: readonly Column<Event>[] = [
  { key: 'sequence', title: 'Sequence', value: (row) => row.sequence, cell: (row) => <Link href={`/events/${row.sequence}/`}>{row.sequence}</Link> },
  { key: 'time', title: 'Chain time', sorts: false, value: (row) => row.timeMs, cell: (row) => instant(row.timeMs) },
  { key: 'kind', title: 'Event', sorts: false, value: (row) => row.kind, cell: (row) => words(row.kind) },
  { key: 'topic', title: 'Topic', sorts: false, value: (row) => row.topic, cell: (row) => row.topic },
  { key: 'window', title: 'Window', sorts: false, value: (row) => row.window, cell: (row) => (row.window === null ? '' : <WindowLink window={row.window} />) },
  { key: 'miner', title: 'Miner', sorts: false, value: (row) => row.miner, cell: (row) => (row.miner === null ? '' : <MinerLink uid={row.miner} />) },
  { key: 'validator', title: 'Validator', sorts: false, value: (row) => row.validator, cell: (row) => (row.validator === null ? '' : <ValidatorLink uid={row.validator} />) },
];

export function Events() {
  return (
    <>
      <PageHead title="Events">
        Everything the chain has recorded, in order; folding it from the first gives the whole state. The local ledger records events only: it
        keeps no raw transactions, so there is no page of them.
      </PageHead>
      <Panel>
        <RemoteTable
          name="events"
          caption="All events"
          path="/v1/events"
          columns={COLUMNS}
          rowKey={(row) => row.sequence}
          initialSort="-sequence"
          empty="Nothing has happened yet."
          choices={[{ key: 'topic', title: 'Topic', options: TOPICS }]}
        />
      </Panel>
    </>
  );
}

export function EventPage() {
  const id = useRouteId();
  const answer = useAnswer<EventDetail>(id === undefined ? undefined : `/v1/events/${id}`);
  return (
    <>
      <PageHead title={id === undefined ? 'Event' : `Event ${id}`} crumb={{ path: '/events/', title: 'Events' }}>
        {answer.state === 'ready' && words(answer.value.event.kind)}
      </PageHead>
      <Show answer={answer}>
        {({ event, signed }) => (
          <div className="stack">
            <Panel>
              <Facts
                items={[
                  ['Chain time', <Time key="t" ms={event.timeMs} />],
                  ['Topic', event.topic],
                  ...(event.window === null ? [] : [['Window', <WindowLink key="w" window={event.window} />] as const]),
                  ...(event.miner === null ? [] : [['Miner', <MinerLink key="m" uid={event.miner} />] as const]),
                  ...(event.validator === null ? [] : [['Validator', <ValidatorLink key="v" uid={event.validator} />] as const]),
                ]}
              />
            </Panel>
            {signed && <Signed report={signed} />}
            <Panel title="Components">
              <pre className="bytes" style={{ whiteSpace: 'pre-wrap', margin: 0 }}>
                {JSON.stringify(event.body, null, 2)}
              </pre>
            </Panel>
          </div>
        )}
      </Show>
    </>
  );
}

type Field = SignedReport['fields'][number];

const FIELDS: readonly Column<Field>[] = [
  { key: 'offset', title: 'Byte', number: true, value: (row) => row.offset, cell: (row) => row.offset },
  { key: 'length', title: 'Length', number: true, value: (row) => row.length, cell: (row) => row.length },
  { key: 'type', title: 'Type', value: (row) => row.type, cell: (row) => <code>{row.type}</code> },
  { key: 'name', title: 'Field', value: (row) => row.name, cell: (row) => row.name },
  { key: 'value', title: 'Value', wraps: true, value: (row) => row.value, cell: (row) => <span className="hash whole">{row.value}</span> },
];

/** The signed bytes, field by field. */
function Signed({ report }: { report: SignedReport }) {
  const [chosen, setChosen] = useState<number>();
  return (
    <Panel title="Signed bytes" note="The BCS of the intent message that the enclave signed. Point at a field to see its bytes.">
      <Facts
        items={[
          ['Signature', <WholeHash key="s" hex={report.signature} />],
          ['Enclave', <Link key="e" href={`/enclaves/${report.validator}-${report.enclaveEpoch}/`}>{report.validator}-{report.enclaveEpoch}</Link>],
          ['Enclave’s clock', <Time key="t" ms={report.timestampMs} />],
        ]}
      />
      <p className="bytes" style={{ margin: 'var(--gap-4) 0' }} aria-hidden="true">
        {report.fields.map((field, i) => (
          <span key={field.offset} data-on={i === chosen} title={`${field.name} = ${field.value}`} onMouseEnter={() => setChosen(i)}>
            {report.bytes.slice(2 * field.offset, 2 * (field.offset + field.length))}
          </span>
        ))}
      </p>
      <LocalTable name="fields" caption="Fields of the signed bytes" rows={report.fields} columns={FIELDS} rowKey={(row) => row.offset} empty="No field." />
    </Panel>
  );
}
