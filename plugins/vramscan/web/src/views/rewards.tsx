'use client';

import { Meter } from '../charts/small.tsx';
import type { Claim, Rewards as Sums, RewardWindow } from '../data/api.ts';
import { useAnswer } from '../data/store.ts';
import { coins, grouped, instant } from '../format.ts';
import { Badge, Figures, Hash, PageHead, Panel, Show, WindowLink } from '../parts/basics.tsx';
import { RemoteTable, Scroll, type Column } from '../parts/table.tsx';

const SPLITS: readonly Column<RewardWindow>[] = [
  { key: 'window', title: 'Window', value: (row) => row.window, cell: (row) => <WindowLink window={row.window} /> },
  { key: 'finalizedAtMs', title: 'Finalized', value: (row) => row.finalizedAtMs, cell: (row) => instant(row.finalizedAtMs) },
  { key: 'emission', title: 'Emission', number: true, value: (row) => row.emission, cell: (row) => coins(row.emission, 9) },
  { key: 'miners', title: 'Miners', number: true, sorts: false, value: (row) => row.miners, cell: (row) => coins(row.miners, 9) },
  { key: 'validators', title: 'Validators', number: true, sorts: false, value: (row) => row.validators, cell: (row) => coins(row.validators, 9) },
  { key: 'treasury', title: 'Treasury', number: true, sorts: false, value: (row) => row.treasury, cell: (row) => coins(row.treasury, 9) },
  { key: 'holds', title: 'Sum', sorts: false, value: (row) => String(row.holds), cell: (row) => <Holds holds={row.holds} /> },
];

const CLAIMS: readonly Column<Claim>[] = [
  { key: 'sequence', title: 'Event', value: (row) => row.sequence, cell: (row) => row.sequence },
  { key: 'claimedAtMs', title: 'Claimed', value: (row) => row.claimedAtMs, cell: (row) => instant(row.claimedAtMs) },
  { key: 'payee', title: 'Payee', sorts: false, value: (row) => row.payee, cell: (row) => row.payee },
  { key: 'recipient', title: 'Recipient', sorts: false, value: (row) => row.recipient, cell: (row) => <Hash hex={row.recipient} digits={16} /> },
  { key: 'amount', title: 'Amount, VRAM', number: true, value: (row) => row.amount, cell: (row) => coins(row.amount, 9) },
];

function Holds({ holds }: { holds: boolean }) {
  return holds ? <Badge tone="good">holds</Badge> : <Badge tone="bad">broken</Badge>;
}

export function Rewards() {
  const answer = useAnswer<Sums>('/v1/rewards');
  return (
    <>
      <PageHead title="Rewards">
        70 VRAM a window until 7 000 000 are issued, 35 until 10 500 000, then none. What a pool has no recipient for is not issued.
      </PageHead>
      <div className="stack">
        <Show answer={answer}>{(sums) => <Invariants sums={sums} />}</Show>
        <Panel title="Split by window">
          <RemoteTable name="splits" caption="Split of each window" path="/v1/rewards/windows" columns={SPLITS} rowKey={(row) => row.window} initialSort="-window" empty="No window is final yet." />
        </Panel>
        <Panel title="Claims">
          <RemoteTable name="claims" caption="All claims" path="/v1/rewards/claims" columns={CLAIMS} rowKey={(row) => row.sequence} initialSort="-sequence" empty="Nobody has claimed yet." />
        </Panel>
      </div>
    </>
  );
}

function Invariants({ sums }: { sums: Sums }) {
  const share = Number((BigInt(sums.issued) * 1_000_000n) / BigInt(sums.cap)) / 1_000_000;
  return (
    <>
      <Figures
        items={[
          { name: 'Issued', value: coins(sums.issued, 2), unit: 'VRAM', under: <Meter share={share} text={`${(100 * share).toFixed(4)} % of ${coins(sums.cap, 0)}`} /> },
          { name: 'Next window', value: coins(sums.nextEmission, 0), unit: 'VRAM', under: 'by the schedule, at most' },
          { name: 'Claimed', value: coins(sums.claimed, 2), unit: 'VRAM', under: `${coins(sums.unclaimed, 2)} credited, not claimed` },
          { name: 'Invariants', value: <Holds holds={sums.holds} />, under: `${sums.checks.length} sums, below` },
        ]}
      />
      <Panel title="Live invariants" note="In base units of 1e-9 VRAM; recomputed by the indexer with every event.">
        <Scroll label="Invariants">
          <table>
            <caption className="hidden-visually">Sums that must agree</caption>
            <thead>
              <tr>
                <th scope="col">Rule</th>
                <th scope="col" className="number">
                  Left
                </th>
                <th scope="col" className="number">
                  Right
                </th>
                <th scope="col">State</th>
              </tr>
            </thead>
            <tbody>
              {sums.checks.map((check) => (
                <tr key={check.name}>
                  <th scope="row">{check.name}</th>
                  <td className="number">{grouped(BigInt(check.left))}</td>
                  <td className="number">{grouped(BigInt(check.right))}</td>
                  <td>
                    <Holds holds={check.holds} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </Panel>
    </>
  );
}
