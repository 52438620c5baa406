'use client';

import { useState } from 'react';
import { PhaseBar } from '../charts/phases.tsx';
import { Meter } from '../charts/small.tsx';
import type { Line, Now, WindowDetail, WindowMiner, WindowValidator } from '../data/api.ts';
import { useChainClock } from '../data/clock.ts';
import { useAnswer } from '../data/store.ts';
import { bytes, clock as clockTime, coins, duration, gain, nanos, percent } from '../format.ts';
import {
  Badge,
  Empty,
  Facts,
  Figures,
  Hash,
  Label,
  MinerLink,
  OutcomeBadge,
  PageHead,
  Panel,
  Show,
  ValidatorLink,
  VerdictBadge,
  WholeHash,
} from '../parts/basics.tsx';
import { useRouteId } from '../parts/route.ts';
import { LocalTable, Scroll, type Column } from '../parts/table.tsx';
import { VerifyWindow } from './verify-window.tsx';

export function WindowPage() {
  const id = useRouteId();
  const answer = useAnswer<WindowDetail>(id === undefined ? undefined : `/v1/windows/${id}`);
  return (
    <>
      <PageHead title={id === undefined ? 'Window' : `Window ${id}`} crumb={{ path: '/windows/', title: 'Windows' }} />
      <Show answer={answer}>{(detail) => <Detail key={detail.window.window} detail={detail} />}</Show>
    </>
  );
}

function Detail({ detail }: { detail: WindowDetail }) {
  const { window, phases } = detail;
  const chain = useChainClock(useAnswer<Now>('/v1/now'));
  return (
    <div className="stack">
      <Panel title={<OutcomeBadge outcome={window.outcome} />}>
        <PhaseBar phases={phases} chainMs={chain?.chainMs} />
      </Panel>
      <Figures
        items={[
          { name: 'Commits', value: `${window.commits} / ${window.miners}`, under: `${window.accepted} accepted, ${window.rejected} rejected` },
          { name: 'Reports', value: `${window.reports} / ${window.validators}`, under: `${window.deviations} lines disputed` },
          { name: 'Merged', value: window.merged, under: `mean gain ${gain(window.mergedGain)} mnat` },
          { name: 'Payload', value: bytes(window.payloadBytes), under: 'uploaded by all miners' },
          { name: 'Pay', value: coins(window.emission, 2), unit: 'VRAM', under: `${detail.credits.length} credits` },
        ]}
      />
      <VerifyWindow window={window.window} final={window.finalizedAtMs !== null} />
      <Panel title="Miners">
        <LocalTable
          name="miners"
          caption={`Miners of window ${window.window}`}
          rows={detail.miners}
          columns={MINERS}
          rowKey={(row) => row.miner}
          empty="No miner was active when the window opened."
        />
      </Panel>
      <div className="columns">
        <Panel title="Gains by validator" note="Thousandths of a nat on held-out pages. Honest reports are equal to the bit.">
          <Gains lines={detail.lines} miners={detail.miners} validators={detail.validators} />
        </Panel>
        <Panel title="Validators">
          <LocalTable
            name="validators"
            caption={`Validators of window ${window.window}`}
            rows={detail.validators}
            columns={VALIDATORS}
            rowKey={(row) => row.validator}
            empty="No validator was active when the window opened."
          />
        </Panel>
      </div>
      <Replay detail={detail} />
      <Panel title="Seeds and roots">
        <Facts
          items={[
            ['Base checkpoint', <>{window.baseCheckpoint} <WholeHash hex={window.baseRoot} /></>],
            ['Assignment seed', <WholeHash key="a" hex={window.assignmentSeed} />],
            ['Evaluation seed', window.evaluationSeed ? <WholeHash hex={window.evaluationSeed} /> : 'not drawn yet'],
            ['Held-out pages', detail.heldoutPages.join(', ') || 'not drawn yet'],
            ['Merged, best first', detail.topG.map((uid) => `miner ${uid}`).join(', ') || 'none'],
            ['Digest of the merged set', detail.topGDigest ? <WholeHash hex={detail.topGDigest} /> : '—'],
            ['Next checkpoint', detail.checkpoint ? <WholeHash hex={detail.checkpoint.root} /> : 'not anchored yet'],
          ]}
        />
      </Panel>
    </div>
  );
}

const MINERS: readonly Column<WindowMiner>[] = [
  { key: 'miner', title: 'Miner', value: (row) => row.miner, cell: (row) => <MinerLink uid={row.miner} /> },
  { key: 'label', title: 'Label', value: (row) => row.label, cell: (row) => <Label text={row.label} /> },
  { key: 'committed', title: 'Committed', value: (row) => row.committedAtMs, cell: (row) => (row.committedAtMs === null ? <Badge tone="bad">nothing</Badge> : clockTime(row.committedAtMs)) },
  { key: 'size', title: 'Payload', number: true, value: (row) => row.size, cell: (row) => (row.size === null ? '—' : bytes(row.size)) },
  { key: 'hash', title: 'Hash', value: (row) => row.contentHash, cell: (row) => (row.contentHash === null ? '—' : <Hash hex={row.contentHash} />) },
  { key: 'verdict', title: 'Verdict', value: (row) => row.verdict, cell: (row) => <VerdictBadge verdict={row.verdict} /> },
  { key: 'heldout', title: 'Held-out gain', number: true, value: (row) => big(row.heldoutGain), cell: (row) => gain(row.heldoutGain) },
  { key: 'assigned', title: 'Assigned gain', number: true, value: (row) => big(row.assignedGain), cell: (row) => gain(row.assignedGain) },
  { key: 'before', title: 'Rating before', number: true, value: (row) => big(row.muBeforeNanos), cell: (row) => rating(row.muBeforeNanos, row.sigmaBeforeNanos) },
  { key: 'after', title: 'after', number: true, value: (row) => big(row.muAfterNanos), cell: (row) => rating(row.muAfterNanos, row.sigmaAfterNanos) },
  { key: 'weight', title: 'Weight', number: true, value: (row) => big(row.weightNanos), cell: (row) => (row.weightNanos === null ? '—' : percent(row.weightNanos)) },
  { key: 'pay', title: 'Pay, VRAM', number: true, value: (row) => BigInt(row.pay), cell: (row) => coins(row.pay) },
  { key: 'rank', title: 'Merged', number: true, value: (row) => row.mergeRank, cell: (row) => (row.mergeRank === null ? '—' : `#${row.mergeRank + 1}`) },
  { key: 'pages', title: 'Pages', value: (row) => row.pages.join(' '), cell: (row) => <Pages pages={row.pages} /> },
];

function Pages({ pages }: { pages: readonly number[] }) {
  return pages.length === 0 ? '—' : <span title={pages.join(', ')}>{pages.length} pages</span>;
}

function big(value: string | null): bigint | null {
  return value === null ? null : BigInt(value);
}

function rating(mu: string | null, sigma: string | null): string {
  return mu === null || sigma === null ? '—' : `${nanos(mu, 2)} ± ${nanos(sigma, 2)}`;
}

const VALIDATORS: readonly Column<WindowValidator>[] = [
  { key: 'validator', title: 'Validator', value: (row) => row.validator, cell: (row) => <ValidatorLink uid={row.validator} /> },
  { key: 'stake', title: 'Stake', number: true, value: (row) => (row.stake === null ? null : BigInt(row.stake)), cell: (row) => (row.stake === null ? '—' : coins(row.stake, 0)) },
  { key: 'delay', title: 'Report after', number: true, value: (row) => row.delayMs, cell: (row) => (row.delayMs === null ? <Badge tone="bad">none</Badge> : duration(row.delayMs)) },
  { key: 'entries', title: 'Entries', number: true, value: (row) => row.entries, cell: (row) => row.entries },
  { key: 'deviations', title: 'Disputed', number: true, value: (row) => row.deviations, cell: (row) => row.deviations },
  { key: 'pay', title: 'Pay, VRAM', number: true, value: (row) => BigInt(row.pay), cell: (row) => coins(row.pay) },
  { key: 'vote', title: 'Voted root', value: (row) => row.votedRoot, cell: (row) => (row.votedRoot === null ? '—' : <Hash hex={row.votedRoot} />) },
];

function Gains({
  lines,
  miners,
  validators,
}: {
  lines: readonly Line[];
  miners: readonly WindowMiner[];
  validators: readonly WindowValidator[];
}) {
  if (lines.length === 0) {
    return <Empty>No report has been submitted yet.</Empty>;
  }
  const find = (validator: number, miner: number) => lines.find((line) => line.validator === validator && line.miner === miner);
  return (
    <Scroll label="Gains by validator and miner">
      <table>
        <caption className="hidden-visually">Held-out gain of each miner as each validator reported it</caption>
        <thead>
          <tr>
            <th scope="col">Miner</th>
            {validators.map((validator) => (
              <th key={validator.validator} scope="col" className="number">
                v{validator.validator}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {miners.map((miner) => (
            <tr key={miner.miner}>
              <th scope="row">{miner.miner}</th>
              {validators.map((validator) => (
                <td key={validator.validator} className="number">
                  <GainCell line={find(validator.validator, miner.miner)} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function GainCell({ line }: { line: Line | undefined }) {
  if (!line) {
    return <span className="note">not asked</span>;
  }
  const text = line.verdict === 'ACCEPTED' ? gain(line.heldoutGain) : line.verdict.toLowerCase().replaceAll('_', ' ');
  return line.deviates ? <Badge tone="bad">{text}</Badge> : <>{text}</>;
}

interface Moment {
  readonly ms: number;
  readonly text: string;
}

/** The window's messages in chain time, moved through with a slider. */
function Replay({ detail }: { detail: WindowDetail }) {
  const moments = momentsOf(detail);
  const [shown, setShown] = useState(moments.length);
  const opens = detail.phases.opensMs;
  return (
    <Panel title="Replay">
      <label className="table-tools">
        <span>
          {shown} of {moments.length} messages
        </span>
        <input
          type="range"
          min={0}
          max={moments.length}
          value={shown}
          style={{ flex: 1, padding: 0 }}
          onChange={(event) => setShown(Number(event.target.value))}
        />
      </label>
      <ol className="events">
        {moments.slice(0, shown).map((moment) => (
          <li key={`${moment.ms}${moment.text}`}>
            <time>{clockTime(moment.ms)}</time>
            <span>{moment.text}</span>
            <Meter share={(moment.ms - opens) / (detail.phases.closesMs - opens)} text={`+${((moment.ms - opens) / 1000).toFixed(1)} s`} />
          </li>
        ))}
      </ol>
    </Panel>
  );
}

function momentsOf(detail: WindowDetail): Moment[] {
  const { window, miners, validators } = detail;
  const moments: (Moment | undefined)[] = [
    { ms: window.openedAtMs, text: 'window opened, assignment seed drawn' },
    ...miners.map((row) => (row.committedAtMs === null ? undefined : { ms: row.committedAtMs, text: `miner ${row.miner} committed ${bytes(row.size ?? 0)}` })),
    window.scoringAtMs === null ? undefined : { ms: window.scoringAtMs, text: 'scoring opened, evaluation seed drawn' },
    ...validators.map((row) => (row.reportedAtMs === null ? undefined : { ms: row.reportedAtMs, text: `validator ${row.validator} reported on ${row.entries} gradients` })),
    window.finalizedAtMs === null ? undefined : { ms: window.finalizedAtMs, text: 'window finalized' },
  ];
  return moments.filter((moment) => moment !== undefined).sort((a, b) => a.ms - b.ms);
}
