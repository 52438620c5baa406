'use client';

import type { Status } from '../data/api.ts';
import { useAnswer } from '../data/store.ts';
import { grouped, signedMs } from '../format.ts';
import { useConnection } from '../live/live.ts';
import { Badge, Facts, Figures, PageHead, Panel, Show, Time, WholeHash } from '../parts/basics.tsx';

const STATES = {
  FOLLOWING: { tone: 'good', word: 'follows the chain' },
  CATCHING_UP: { tone: 'dev', word: 'catches up' },
  STOPPED: { tone: 'bad', word: 'stopped' },
} as const;

export function StatusPage() {
  const answer = useAnswer<Status>('/v1/status');
  const connection = useConnection();
  return (
    <>
      <PageHead title="Status">
        How far this explorer is, against its node and the chain. The same as JSON: <a href="/v1/status">/v1/status</a>
      </PageHead>
      <Show answer={answer}>
        {(status) => (
          <div className="stack">
            {status.problem && (
              <div className="notice" data-tone="bad" role="alert">
                <Badge tone="bad">Problem</Badge> <span>{status.problem}</span>
              </div>
            )}
            <Figures
              items={[
                { name: 'Indexer', value: <Badge tone={STATES[status.state].tone}>{STATES[status.state].word}</Badge>, under: `version ${status.version}, API ${status.api}` },
                { name: 'Indexed', value: grouped(status.height), under: status.head === null ? 'the chain’s head is unknown' : `of ${grouped(status.head)} events` },
                { name: 'Lag', value: status.lag ?? '—', unit: 'events', under: status.chainTimeMs === null ? '' : `${signedMs(status.chainTimeMs - status.indexedTimeMs)} since the last event` },
                { name: 'Open streams', value: status.liveClients, under: `yours: ${connection}` },
              ]}
            />
            <div className="columns">
              <Panel title="Counted">
                <Facts items={Object.entries(status.counts).map(([name, count]) => [name, grouped(count)] as const)} />
              </Panel>
              <Panel title="Clocks">
                <Facts
                  items={[
                    ['Network', status.network ? <WholeHash key="n" hex={status.network} /> : 'not created yet'],
                    ['Last event', <Time key="i" ms={status.indexedTimeMs} />],
                    ['Chain time', status.chainTimeMs === null ? 'unknown' : <Time key="c" ms={status.chainTimeMs} />],
                    ['Node’s clock', <Time key="s" ms={status.serverTimeMs} />],
                  ]}
                />
              </Panel>
            </div>
          </div>
        )}
      </Show>
    </>
  );
}
