'use client';

import Link from 'next/link';
import { LineChart } from '../charts/line.tsx';
import { PhaseBar } from '../charts/phases.tsx';
import { Meter } from '../charts/small.tsx';
import { WindowStrip } from '../charts/strip.tsx';
import type { Now } from '../data/api.ts';
import { useChainClock } from '../data/clock.ts';
import { useAnswer } from '../data/store.ts';
import { bytes, coins, gain, signedMs, unit } from '../format.ts';
import { Badge, Empty, Facts, Figures, OutcomeBadge, PageHead, Panel, Show } from '../parts/basics.tsx';
import { EventList } from './events.tsx';

export function Home() {
  const now = useAnswer<Now>('/v1/now');
  return (
    <>
      <PageHead title="Overview">
        Strangers train one model together; each step can be recomputed in this browser. <Link href="/verify/">Verify a window</Link>
      </PageHead>
      <Show answer={now}>{(value) => <Dials now={value} />}</Show>
    </>
  );
}

function Dials({ now }: { now: Now }) {
  const { window: current, training, rewards, enclaves } = now;
  if (!current) {
    return <Empty>No window has opened yet. This page changes by itself when the first one does.</Empty>;
  }
  const last = rewards.last;
  const { window } = current;
  return (
    <div className="stack">
      <CurrentWindow now={now} />
      <Figures
        items={[
          {
            name: 'Commits',
            value: `${window.commits} / ${window.miners}`,
            under: <Meter share={window.commits / Math.max(1, window.miners)} text="" tone="var(--train)" />,
          },
          {
            name: 'Reports',
            value: `${window.reports} / ${window.validators}`,
            under: <Meter share={window.reports / Math.max(1, window.validators)} text="" tone="var(--score)" />,
          },
          {
            name: 'Progress',
            value: training.length === 0 ? '—' : (Number(training.at(-1)?.summedGain) / 1e9).toFixed(3),
            unit: 'nats',
            under: 'sum of merged gains',
          },
          {
            name: last ? `Pay of window ${last.window}` : 'Pay',
            value: last ? coins(last.emission, 2) : '—',
            unit: 'VRAM',
            under: `${coins(rewards.issued, 0)} issued in all`,
          },
          {
            name: 'Enclaves',
            value: enclaves.active,
            under:
              enclaves.software > 0 ? (
                <Badge tone="dev">{enclaves.software} SOFTWARE (dev)</Badge>
              ) : (
                <Badge tone="good">all NITRO</Badge>
              ),
          },
        ]}
      />
      <div className="columns wide-first">
        <div className="stack">
          <Panel>
            <Progress training={training} />
          </Panel>
          <Panel title="Newest windows" note="Height: share of the miners accepted. Hatched: rejected, or a window without enough scores.">
            <WindowStrip windows={now.strip} />
          </Panel>
        </div>
        <div className="stack">
          <Panel title="Newest events">
            <EventList events={now.events} />
          </Panel>
          <Clocks />
        </div>
      </div>
    </div>
  );
}

function CurrentWindow({ now }: { now: Now }) {
  const clock = useChainClock(useAnswer<Now>('/v1/now'));
  const current = now.window;
  if (!current) {
    return null;
  }
  return (
    <Panel
      title={
        <>
          <Link href={`/windows/${current.window.window}/`}>Window {current.window.window}</Link>{' '}
          <OutcomeBadge outcome={current.window.outcome} />
        </>
      }
    >
      <PhaseBar phases={current.phases} chainMs={clock?.chainMs} />
    </Panel>
  );
}

function Progress({ training }: { training: Now['training'] }) {
  const first = training[0];
  const last = training.at(-1);
  if (!first || !last) {
    return <Empty>No window is final yet.</Empty>;
  }
  return (
    <LineChart
      title="Gain per window"
      summary={`Windows ${first.window} to ${last.window}. The merged gradients of window ${last.window} gained ${gain(last.mergedGain)} thousandths of a nat on held-out pages, the best ${gain(last.bestGain)}; ${bytes(last.payloadBytes)} were uploaded for it.`}
      xName="window"
      x={training.map((point) => point.window)}
      yText={(y) => y.toFixed(3)}
      fromZero
      series={[
        {
          name: 'best',
          colour: 'var(--series-2)',
          dash: '4 3',
          values: training.map((point) => (point.bestGain === null ? null : unit(point.bestGain))),
        },
        {
          name: 'merged, mean',
          colour: 'var(--series-1)',
          values: training.map((point) => (point.mergedGain === null ? null : unit(point.mergedGain))),
        },
      ]}
    />
  );
}

function Clocks() {
  const clock = useChainClock(useAnswer<Now>('/v1/now'));
  return (
    <Panel title="Clocks" note="Chain time alone decides phases. The offsets hold the network's delay as well.">
      <Facts
        items={[
          ['Chain time', clock?.chainMs === undefined ? '—' : `${new Date(clock.chainMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`],
          ['Node to browser', clock ? signedMs(clock.nodeAheadMs) : '—'],
          ['Chain to node', clock?.chainAheadMs === undefined ? '—' : signedMs(clock.chainAheadMs)],
        ]}
      />
    </Panel>
  );
}
