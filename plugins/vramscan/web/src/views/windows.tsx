'use client';

import { WindowStrip } from '../charts/strip.tsx';
import type { Now, Window } from '../data/api.ts';
import { useAnswer } from '../data/store.ts';
import { bytes, coins, gain, instant } from '../format.ts';
import { Badge, OutcomeBadge, PageHead, Panel, Show, WindowLink } from '../parts/basics.tsx';
import { RemoteTable, type Column } from '../parts/table.tsx';

const COLUMNS: readonly Column<Window>[] = [
  { key: 'window', title: 'Window', value: (row) => row.window, cell: (row) => <WindowLink window={row.window} /> },
  { key: 'outcome', title: 'Outcome', sorts: false, value: (row) => row.outcome, cell: (row) => <OutcomeBadge outcome={row.outcome} /> },
  { key: 'openedAtMs', title: 'Opened', value: (row) => row.openedAtMs, cell: (row) => instant(row.openedAtMs) },
  { key: 'commits', title: 'Commits', number: true, value: (row) => row.commits, cell: (row) => `${row.commits} / ${row.miners}` },
  { key: 'rejected', title: 'Rejected', number: true, value: (row) => row.rejected, cell: (row) => row.rejected },
  { key: 'reports', title: 'Reports', number: true, value: (row) => row.reports, cell: (row) => `${row.reports} / ${row.validators}` },
  { key: 'deviations', title: 'Disputed', number: true, value: (row) => row.deviations, cell: (row) => row.deviations },
  { key: 'merged', title: 'Merged', number: true, sorts: false, value: (row) => row.merged, cell: (row) => row.merged },
  { key: 'mergedGain', title: 'Gain, mnat', number: true, value: (row) => row.mergedGain, cell: (row) => gain(row.mergedGain) },
  { key: 'payloadBytes', title: 'Payload', number: true, value: (row) => row.payloadBytes, cell: (row) => bytes(row.payloadBytes) },
  { key: 'emission', title: 'Pay, VRAM', number: true, value: (row) => row.emission, cell: (row) => coins(row.emission, 2) },
  {
    key: 'anomalies',
    title: 'Anomalies',
    value: (row) => row.anomalies,
    cell: (row) => (row.anomalies === 0 ? <span className="note">none</span> : <Badge tone="bad">{row.anomalies}</Badge>),
  },
];

const OUTCOMES = ['TRAINING', 'SCORING', 'FINAL', 'EMPTY'].map((value) => ({ value, title: value.toLowerCase() }));

export function Windows() {
  const now = useAnswer<Now>('/v1/now');
  return (
    <>
      <PageHead title="Windows">
        A window trains, is scored and becomes final; its outcome is a function of what its participants signed.
      </PageHead>
      <div className="stack">
        <Panel title="Newest">
          <Show answer={now}>{(value) => <WindowStrip windows={value.strip} />}</Show>
        </Panel>
        <Panel>
          <RemoteTable
            name="windows"
            caption="All windows"
            path="/v1/windows"
            columns={COLUMNS}
            rowKey={(row) => row.window}
            initialSort="-window"
            empty="No window has opened yet."
            choices={[{ key: 'outcome', title: 'Outcome', options: OUTCOMES }]}
          />
        </Panel>
      </div>
    </>
  );
}
