'use client';

import Link from 'next/link';
import type { Validator, ValidatorWindow } from '../data/api.ts';
import { useAnswer } from '../data/store.ts';
import { coins, duration } from '../format.ts';
import { Badge, EnclaveBadge, Facts, Figures, Hash, Label, PageHead, Panel, Show, Time, WholeHash, WindowLink } from '../parts/basics.tsx';
import { useRouteId } from '../parts/route.ts';
import { RemoteTable, type Column } from '../parts/table.tsx';

const WINDOWS: readonly Column<ValidatorWindow>[] = [
  { key: 'window', title: 'Window', value: (row) => row.window, cell: (row) => <WindowLink window={row.window} /> },
  { key: 'delayMs', title: 'Report after', number: true, value: (row) => row.delayMs, cell: (row) => (row.delayMs === null ? <Badge tone="bad">no report</Badge> : duration(row.delayMs)) },
  { key: 'entries', title: 'Entries', number: true, value: (row) => row.entries, cell: (row) => row.entries },
  { key: 'deviations', title: 'Disputed', number: true, value: (row) => row.deviations, cell: (row) => row.deviations },
  { key: 'epoch', title: 'Enclave epoch', number: true, sorts: false, value: (row) => row.enclaveEpoch, cell: (row) => row.enclaveEpoch ?? '—' },
  { key: 'stake', title: 'Stake, SUI', number: true, sorts: false, value: (row) => row.stake, cell: (row) => (row.stake === null ? '—' : coins(row.stake, 0)) },
  { key: 'pay', title: 'Pay, VRAM', number: true, value: (row) => row.pay, cell: (row) => coins(row.pay) },
  { key: 'root', title: 'Voted root', sorts: false, value: (row) => row.votedRoot, cell: (row) => (row.votedRoot === null ? '—' : <Hash hex={row.votedRoot} />) },
];

export function ValidatorPage() {
  const id = useRouteId();
  const answer = useAnswer<Validator>(id === undefined ? undefined : `/v1/validators/${id}`);
  return (
    <>
      <PageHead title={id === undefined ? 'Validator' : `Validator ${id}`} crumb={{ path: '/validators/', title: 'Validators' }}>
        {answer.state === 'ready' && <Label text={answer.value.label} />}
      </PageHead>
      <Show answer={answer}>
        {(validator) => (
          <div className="stack">
            <Dials validator={validator} />
            <Panel title="Windows">
              <RemoteTable
                name="windows"
                caption={`Windows of validator ${validator.validator}`}
                path={`/v1/validators/${validator.validator}/windows`}
                columns={WINDOWS}
                rowKey={(row) => row.window}
                initialSort="-window"
                empty="It has been in no window yet."
              />
            </Panel>
            <Panel title="Registration">
              <Facts
                items={[
                  ['Label', <Label key="l" text={validator.label} />],
                  ['Owner', <WholeHash key="o" hex={validator.owner} />],
                  ['Payout', <WholeHash key="p" hex={validator.payout} />],
                  ['Registered', <Time key="t" ms={validator.registeredAtMs} />],
                ]}
              />
            </Panel>
          </div>
        )}
      </Show>
    </>
  );
}

function Dials({ validator }: { validator: Validator }) {
  const enclave = validator.enclaveEpoch === null ? undefined : `${validator.validator}-${validator.enclaveEpoch}`;
  return (
    <Figures
      items={[
        { name: 'Completeness', value: `${validator.reports} / ${validator.windows}`, under: `${validator.entries} gradients` },
        { name: 'Disputed lines', value: validator.deviations, under: validator.jailedBy === null ? 'not jailed' : `jailed by window ${validator.jailedBy}` },
        { name: 'Mean delay', value: validator.meanDelayMs === null ? '—' : duration(validator.meanDelayMs), under: 'from scoring to report' },
        { name: 'Votes for the anchored root', value: `${validator.agreeingVotes} / ${validator.votes}` },
        { name: 'Stake', value: coins(validator.stake, 0), unit: 'SUI' },
        { name: 'Earned', value: coins(validator.earned, 2), unit: 'VRAM', under: `${coins(validator.claimed, 2)} claimed` },
        {
          name: 'Enclave',
          value: enclave ? <Link href={`/enclaves/${enclave}/`}>{enclave}</Link> : '—',
          under: <EnclaveBadge kind={validator.enclaveKind} />,
        },
      ]}
    />
  );
}
