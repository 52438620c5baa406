'use client';

import { LineChart } from '../charts/line.tsx';
import type { Training as Answer, TrainingPoint } from '../data/api.ts';
import { useAnswer } from '../data/store.ts';
import { bytes, clock, gain, grouped, unit } from '../format.ts';
import { Empty, Figures, PageHead, Panel, Show, WindowLink } from '../parts/basics.tsx';
import { useQuery } from '../parts/query.ts';
import { LocalTable, type Column } from '../parts/table.tsx';

const AXES = [
  { key: 'window', title: 'Window' },
  { key: 'tokens', title: 'Tokens' },
  { key: 'time', title: 'Time' },
] as const;
type Axis = (typeof AXES)[number]['key'];

export function Training() {
  const answer = useAnswer<Answer>('/v1/training?points=1000');
  return (
    <>
      <PageHead title="Training">
        The chain holds gains, not losses: how much each gradient alone lowered the loss on pages nobody could know before. The sum of the merged
        gains is progress; it is not the loss, because merged gradients overlap and every window is measured on pages of its own.
      </PageHead>
      <Show answer={answer}>{({ points }) => (points.length === 0 ? <Empty>No window is final yet.</Empty> : <Curves points={points} />)}</Show>
    </>
  );
}

function Curves({ points }: { points: readonly TrainingPoint[] }) {
  const [chosen, setChosen] = useQuery('x');
  const axis: Axis = AXES.find((each) => each.key === chosen)?.key ?? 'window';
  const x = points.map((point) => place(point, axis));
  const last = points.at(-1) as TrainingPoint;
  const common = { x, xName: axis, xText: (value: number) => axisText(value, axis) };
  const uploaded = points.reduce((sum, point) => sum + point.payloadBytes, 0);
  return (
    <div className="stack">
      <Figures
        items={[
          { name: 'Progress', value: unit(last.summedGain).toFixed(3), unit: 'nats', under: 'sum of the mean merged gains' },
          { name: 'Tokens', value: grouped(BigInt(last.tokens)), under: 'of accepted gradients' },
          { name: 'Payload per window', value: bytes(Math.round(uploaded / points.length)), under: 'of all miners' },
          { name: 'Newest window', value: last.window, under: `${last.accepted} of ${last.commits} accepted, ${last.merged} merged` },
        ]}
      />
      <div className="tabs" role="tablist" aria-label="Horizontal axis" style={{ marginBottom: 0 }}>
        {AXES.map((each) => (
          <button key={each.key} type="button" role="tab" aria-selected={axis === each.key} onClick={() => setChosen(each.key)}>
            By {each.title.toLowerCase()}
          </button>
        ))}
      </div>
      <Panel>
        <LineChart
          {...common}
          title="Progress"
          summary={`${unit(last.summedGain).toFixed(4)} nats gained by window ${last.window}.`}
          yText={(y) => y.toFixed(2)}
          height={280}
          fromZero
          series={[{ name: 'sum of merged gains, nats', colour: 'var(--series-1)', values: points.map((point) => unit(point.summedGain)) }]}
        />
      </Panel>
      <div className="columns">
        <Panel>
          <LineChart
            {...common}
            title="Gain per window"
            summary={`Window ${last.window}: merged ${gain(last.mergedGain)}, best ${gain(last.bestGain)} thousandths of a nat.`}
            yText={(y) => y.toFixed(3)}
            fromZero
            series={[
              { name: 'merged, mean', colour: 'var(--series-1)', values: points.map((point) => nats(point.mergedGain)) },
              { name: 'best', colour: 'var(--series-2)', dash: '4 3', values: points.map((point) => nats(point.bestGain)) },
            ]}
          />
        </Panel>
        <Panel>
          <LineChart
            {...common}
            title="Payload per window"
            summary={`${bytes(last.payloadBytes)} in window ${last.window}.`}
            yText={(y) => `${Math.round(y / 1000)} kB`}
            fromZero
            series={[{ name: 'bytes', colour: 'var(--series-3)', values: points.map((point) => point.payloadBytes) }]}
          />
        </Panel>
      </div>
      <Panel title="Windows">
        <LocalTable name="points" caption="Training by window" rows={points} columns={COLUMNS} rowKey={(row) => row.window} empty="No window is final yet." />
      </Panel>
    </div>
  );
}

const COLUMNS: readonly Column<TrainingPoint>[] = [
  { key: 'window', title: 'Window', value: (row) => row.window, cell: (row) => <WindowLink window={row.window} /> },
  { key: 'commits', title: 'Commits', number: true, value: (row) => row.commits, cell: (row) => row.commits },
  { key: 'accepted', title: 'Accepted', number: true, value: (row) => row.accepted, cell: (row) => row.accepted },
  { key: 'merged', title: 'Merged', number: true, value: (row) => row.merged, cell: (row) => row.merged },
  { key: 'tokens', title: 'Tokens so far', number: true, value: (row) => BigInt(row.tokens), cell: (row) => grouped(BigInt(row.tokens)) },
  { key: 'payload', title: 'Payload', number: true, value: (row) => row.payloadBytes, cell: (row) => bytes(row.payloadBytes) },
  { key: 'best', title: 'Best gain, mnat', number: true, value: (row) => big(row.bestGain), cell: (row) => gain(row.bestGain) },
  { key: 'gain', title: 'Merged gain, mnat', number: true, value: (row) => big(row.mergedGain), cell: (row) => gain(row.mergedGain) },
  { key: 'sum', title: 'Progress, nats', number: true, value: (row) => BigInt(row.summedGain), cell: (row) => unit(row.summedGain).toFixed(4) },
];

function place(point: TrainingPoint, axis: Axis): number {
  switch (axis) {
    case 'window':
      return point.window;
    case 'tokens':
      return Number(point.tokens);
    case 'time':
      return point.finalizedAtMs;
  }
}

function axisText(value: number, axis: Axis): string {
  switch (axis) {
    case 'window':
      return String(value);
    case 'tokens':
      return value >= 1e6 ? `${(value / 1e6).toFixed(1)}M` : grouped(Math.round(value));
    case 'time':
      return clock(value);
  }
}

function nats(value: string | null): number | null {
  return value === null ? null : unit(value);
}

function big(value: string | null): bigint | null {
  return value === null ? null : BigInt(value);
}
