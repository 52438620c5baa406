'use client';

import { IntervalBar, Meter, ratingDomain } from '../charts/small.tsx';
import type { Miner, MinerPage as Page } from '../data/api.ts';
import { useAnswer } from '../data/store.ts';
import { coins, nanos, percent, unit } from '../format.ts';
import { Badge, Label, MinerLink, PageHead, Panel } from '../parts/basics.tsx';
import { RemoteTable, type Column } from '../parts/table.tsx';

export function Miners() {
  const all = useAnswer<Page>('/v1/miners?limit=1000');
  const domain = all.state === 'ready' ? ratingDomain(all.value.items) : ratingDomain([]);
  return (
    <>
      <PageHead title="Miners">
        Ranked by conservative skill, mu − 3 sigma; pay follows its square. The bars show mu ± 3 sigma on one scale.
      </PageHead>
      <Panel>
        <RemoteTable
          name="miners"
          caption="All miners"
          path="/v1/miners"
          columns={columns(domain)}
          rowKey={(row) => row.miner}
          initialSort="-ordinalNanos"
          empty="No miner has registered yet."
          choices={[{ key: 'active', title: 'Active', options: [{ value: 'true', title: 'yes' }, { value: 'false', title: 'left' }] }]}
        />
      </Panel>
    </>
  );
}

function columns(domain: readonly [number, number]): Column<Miner>[] {
  return [
    { key: 'rank', title: 'Rank', sorts: false, value: (row) => row.rank, cell: (row) => row.rank ?? <Badge tone="unknown">left</Badge> },
    { key: 'miner', title: 'Miner', value: (row) => row.miner, cell: (row) => <MinerLink uid={row.miner} /> },
    { key: 'label', title: 'Label', value: (row) => row.label, cell: (row) => <Label text={row.label} /> },
    { key: 'interval', title: 'mu ± 3 sigma', sorts: false, value: (row) => row.muNanos, cell: (row) => <IntervalBar mu={row.muNanos} sigma={row.sigmaNanos} domain={domain} /> },
    { key: 'muNanos', title: 'mu', number: true, value: (row) => row.muNanos, cell: (row) => nanos(row.muNanos, 2) },
    { key: 'sigmaNanos', title: 'sigma', number: true, value: (row) => row.sigmaNanos, cell: (row) => nanos(row.sigmaNanos, 2) },
    { key: 'ordinalNanos', title: 'Skill', number: true, value: (row) => row.ordinalNanos, cell: (row) => nanos(row.ordinalNanos, 2) },
    { key: 'weightNanos', title: 'Share of pay', sorts: false, value: (row) => row.weightNanos, cell: (row) => <Meter share={unit(row.weightNanos)} text={percent(row.weightNanos)} /> },
    { key: 'accepted', title: 'Accepted', number: true, value: (row) => row.accepted, cell: (row) => `${row.accepted} / ${row.windows}` },
    { key: 'consecutiveAbsences', title: 'Absent', number: true, value: (row) => row.consecutiveAbsences, cell: (row) => row.consecutiveAbsences },
    { key: 'earned', title: 'Earned, VRAM', number: true, value: (row) => row.earned, cell: (row) => coins(row.earned, 2) },
    { key: 'stake', title: 'Stake, SUI', number: true, value: (row) => row.stake, cell: (row) => coins(row.stake, 1) },
  ];
}
