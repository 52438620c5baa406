'use client';

import { LineChart } from '../charts/line.tsx';
import type { Miner, MinerWindow, MinerWindowPage } from '../data/api.ts';
import { useAnswer } from '../data/store.ts';
import { bytes, coins, gain, nanos, percent, unit } from '../format.ts';
import { Empty, Facts, Figures, Hash, Label, PageHead, Panel, Show, Time, VerdictBadge, WholeHash, WindowLink } from '../parts/basics.tsx';
import { useRouteId } from '../parts/route.ts';
import { RemoteTable, type Column } from '../parts/table.tsx';

export function MinerPage() {
  const id = useRouteId();
  const miner = useAnswer<Miner>(id === undefined ? undefined : `/v1/miners/${id}`);
  const windows = useAnswer<MinerWindowPage>(id === undefined ? undefined : `/v1/miners/${id}/windows?limit=200`);
  return (
    <>
      <PageHead title={id === undefined ? 'Miner' : `Miner ${id}`} crumb={{ path: '/miners/', title: 'Miners' }}>
        {miner.state === 'ready' && <Label text={miner.value.label} />}
      </PageHead>
      <Show answer={miner}>
        {(value) => (
          <div className="stack">
            <Dials miner={value} />
            <Show answer={windows}>{(page) => <History miner={value} rows={[...page.items].reverse()} />}</Show>
            <Panel title="Windows">
              <RemoteTable
                name="windows"
                caption={`Windows of miner ${value.miner}`}
                path={`/v1/miners/${value.miner}/windows`}
                columns={WINDOWS}
                rowKey={(row) => row.window}
                initialSort="-window"
                empty="It has been in no window yet."
              />
            </Panel>
            <Identity miner={value} />
          </div>
        )}
      </Show>
    </>
  );
}

function Dials({ miner }: { miner: Miner }) {
  return (
    <Figures
      items={[
        { name: 'Rank', value: miner.rank ?? '—', under: miner.active ? 'among active miners' : 'has left' },
        { name: 'Skill', value: nanos(miner.ordinalNanos, 2), under: `${nanos(miner.muNanos, 2)} − 3 × ${nanos(miner.sigmaNanos, 2)}` },
        { name: 'Share of pay', value: percent(miner.weightNanos), under: 'in the last window that paid' },
        { name: 'Earned', value: coins(miner.earned, 2), unit: 'VRAM', under: `${coins(miner.claimed, 2)} claimed` },
        { name: 'Accepted', value: `${miner.accepted} / ${miner.windows}`, under: `${miner.merged} merged` },
        { name: 'Proof of computation', value: nanos(miner.proofNanos, 3), under: 'from −1 to 1' },
      ]}
    />
  );
}

function History({ miner, rows }: { miner: Miner; rows: readonly MinerWindow[] }) {
  const rated = rows.filter((row) => row.muAfterNanos !== null && row.sigmaAfterNanos !== null);
  const last = rated.at(-1);
  if (!last) {
    return <Empty>It has not been rated yet.</Empty>;
  }
  const mu = rated.map((row) => unit(row.muAfterNanos ?? '0'));
  const deviation = rated.map((row) => 3 * unit(row.sigmaAfterNanos ?? '0'));
  return (
    <div className="columns">
      <Panel>
        <LineChart
          title="Rating"
          summary={`mu ${nanos(miner.muNanos, 2)}, sigma ${nanos(miner.sigmaNanos, 2)} after window ${last.window}.`}
          xName="window"
          x={rated.map((row) => row.window)}
          yText={(y) => y.toFixed(1)}
          series={[{ name: 'mu', colour: 'var(--series-1)', values: mu }]}
          band={{
            name: 'mu ± 3 sigma',
            colour: 'var(--series-1)',
            low: mu.map((value, i) => value - (deviation[i] as number)),
            high: mu.map((value, i) => value + (deviation[i] as number)),
          }}
        />
      </Panel>
      <Panel>
        <LineChart
          title="Gains"
          summary={`On held-out pages ${gain(last.heldoutGain)} and on its own ${gain(last.assignedGain)} thousandths of a nat in window ${last.window}.`}
          xName="window"
          x={rated.map((row) => row.window)}
          yText={(y) => y.toFixed(3)}
          fromZero
          series={[
            { name: 'held-out', colour: 'var(--series-1)', values: rated.map((row) => gainOf(row.heldoutGain)) },
            { name: 'assigned', colour: 'var(--series-2)', dash: '4 3', values: rated.map((row) => gainOf(row.assignedGain)) },
          ]}
        />
      </Panel>
      <Pay row={last} />
    </div>
  );
}

function gainOf(value: string | null): number | null {
  return value === null ? null : unit(value);
}

/** How the pay of one window came about, with this miner's numbers. */
function Pay({ row }: { row: MinerWindow }) {
  const { muAfterNanos: mu, sigmaAfterNanos: sigma, weightNanos: weight } = row;
  if (mu === null || sigma === null || weight === null) {
    return null;
  }
  const skill = BigInt(mu) - 3n * BigInt(sigma);
  const share = BigInt(weight);
  return (
    <Panel title={<>Pay of window {row.window}, explained</>}>
      <Facts
        items={[
          ['Eligible', row.eligible ? 'yes: accepted, gain above the floor, proof of computation above its threshold' : 'no: not accepted, gain not above the floor, or proof of computation below its threshold'],
          ['Skill', `${nanos(mu, 6)} − 3 × ${nanos(sigma, 6)} = ${nanos(skill, 6)}`],
          ['Raw weight', skill > 0n && row.eligible ? `${nanos(skill, 3)}² = ${((Number(skill) / 1e9) ** 2).toFixed(3)}` : '0'],
          ['Share', `${percent(share, 4)} of the miners’ pool`],
          ['Pay', `${coins(row.pay, 9)} VRAM`],
        ]}
      />
    </Panel>
  );
}

const WINDOWS: readonly Column<MinerWindow>[] = [
  { key: 'window', title: 'Window', value: (row) => row.window, cell: (row) => <WindowLink window={row.window} /> },
  { key: 'verdict', title: 'Verdict', sorts: false, value: (row) => row.verdict, cell: (row) => <VerdictBadge verdict={row.verdict} /> },
  { key: 'size', title: 'Payload', number: true, value: (row) => row.size, cell: (row) => (row.size === null ? '—' : bytes(row.size)) },
  { key: 'hash', title: 'Hash', sorts: false, value: (row) => row.contentHash, cell: (row) => (row.contentHash === null ? '—' : <Hash hex={row.contentHash} />) },
  { key: 'heldoutGain', title: 'Held-out gain', number: true, value: (row) => row.heldoutGain, cell: (row) => gain(row.heldoutGain) },
  { key: 'assignedGain', title: 'Assigned gain', number: true, value: (row) => row.assignedGain, cell: (row) => gain(row.assignedGain) },
  { key: 'muAfterNanos', title: 'mu', number: true, value: (row) => row.muAfterNanos, cell: (row) => (row.muAfterNanos === null ? '—' : nanos(row.muAfterNanos, 2)) },
  { key: 'sigma', title: 'sigma', number: true, sorts: false, value: (row) => row.sigmaAfterNanos, cell: (row) => (row.sigmaAfterNanos === null ? '—' : nanos(row.sigmaAfterNanos, 2)) },
  { key: 'weightNanos', title: 'Weight', number: true, value: (row) => row.weightNanos, cell: (row) => (row.weightNanos === null ? '—' : percent(row.weightNanos)) },
  { key: 'pay', title: 'Pay, VRAM', number: true, value: (row) => row.pay, cell: (row) => coins(row.pay) },
];

function Identity({ miner }: { miner: Miner }) {
  return (
    <Panel title="Registration">
      <Facts
        items={[
          ['Label', <Label key="l" text={miner.label} />],
          ['Owner', <WholeHash key="o" hex={miner.owner} />],
          ['Payout', <WholeHash key="p" hex={miner.payout} />],
          ['Stake', `${coins(miner.stake, 3)} SUI`],
          ['Registered', <Time key="t" ms={miner.registeredAtMs} />],
          ['Absent', `${miner.consecutiveAbsences} windows on end`],
          ...(miner.withdrawableAtMs === null ? [] : [['Stake free from', <Time key="w" ms={miner.withdrawableAtMs} />] as const]),
        ]}
      />
    </Panel>
  );
}
