'use client';

import Link from 'next/link';
import type { Checkpoint, CheckpointDetail } from '../data/api.ts';
import { useAnswer } from '../data/store.ts';
import { bytes, coins, gain, instant } from '../format.ts';
import { Badge, Empty, Facts, Hash, MinerLink, PageHead, Panel, Show, Time, ValidatorLink, WholeHash, WindowLink } from '../parts/basics.tsx';
import { useRouteId } from '../parts/route.ts';
import { LocalTable, RemoteTable, type Column } from '../parts/table.tsx';
import { HashFile } from './hash-file.tsx';

const COLUMNS: readonly Column<Checkpoint>[] = [
  { key: 'checkpoint', title: 'Checkpoint', value: (row) => row.checkpoint, cell: (row) => <Link href={`/checkpoints/${row.checkpoint}/`}>{row.checkpoint}</Link> },
  { key: 'root', title: 'Root', sorts: false, value: (row) => row.root, cell: (row) => <Hash hex={row.root} digits={16} /> },
  { key: 'parent', title: 'Parent', sorts: false, value: (row) => row.parent, cell: (row) => (row.mergedFrom === null ? <span className="note">genesis</span> : <Hash hex={row.parent} />) },
  { key: 'mergedFrom', title: 'From window', sorts: false, value: (row) => row.mergedFrom, cell: (row) => (row.mergedFrom === null ? '—' : <WindowLink window={row.mergedFrom} />) },
  { key: 'merged', title: 'Merged', number: true, value: (row) => row.merged, cell: (row) => row.merged },
  { key: 'mergedGain', title: 'Mean gain, mnat', number: true, sorts: false, value: (row) => row.mergedGain, cell: (row) => gain(row.mergedGain) },
  { key: 'votes', title: 'Votes for it', number: true, sorts: false, value: (row) => row.agreeing, cell: (row) => <Votes checkpoint={row} /> },
  { key: 'anchoredAtMs', title: 'Anchored', value: (row) => row.anchoredAtMs, cell: (row) => instant(row.anchoredAtMs) },
];

function Votes({ checkpoint }: { checkpoint: Checkpoint }) {
  return checkpoint.agreeing < checkpoint.votes ? (
    <Badge tone="bad">
      {checkpoint.agreeing} / {checkpoint.votes}
    </Badge>
  ) : (
    <>
      {checkpoint.agreeing} / {checkpoint.votes}
    </>
  );
}

export function Checkpoints() {
  return (
    <>
      <PageHead title="Checkpoints">
        The merged model of each window: the root of a Merkle tree over its file, anchored once two thirds of the stake have voted for it.
      </PageHead>
      <Panel>
        <RemoteTable
          name="checkpoints"
          caption="All checkpoints"
          path="/v1/checkpoints"
          columns={COLUMNS}
          rowKey={(row) => row.checkpoint}
          initialSort="-checkpoint"
          empty="No checkpoint has been anchored yet."
        />
      </Panel>
    </>
  );
}

type Vote = CheckpointDetail['votes'][number];

const VOTES: readonly Column<Vote>[] = [
  { key: 'validator', title: 'Validator', value: (row) => row.validator, cell: (row) => <ValidatorLink uid={row.validator} /> },
  { key: 'agrees', title: 'Vote', value: (row) => String(row.agrees), cell: (row) => (row.agrees ? <Badge tone="good">this root</Badge> : <Badge tone="bad">another root</Badge>) },
  { key: 'root', title: 'Root', value: (row) => row.root, cell: (row) => <Hash hex={row.root} digits={16} /> },
  { key: 'stake', title: 'Stake, SUI', number: true, value: (row) => (row.stake === null ? null : BigInt(row.stake)), cell: (row) => (row.stake === null ? '—' : coins(row.stake, 0)) },
  { key: 'time', title: 'Voted', value: (row) => row.votedAtMs, cell: (row) => instant(row.votedAtMs) },
];

export function CheckpointPage() {
  const id = useRouteId();
  const answer = useAnswer<CheckpointDetail>(id === undefined ? undefined : `/v1/checkpoints/${id}`);
  return (
    <>
      <PageHead title={id === undefined ? 'Checkpoint' : `Checkpoint ${id}`} crumb={{ path: '/checkpoints/', title: 'Checkpoints' }} />
      <Show answer={answer}>{(detail) => <Detail detail={detail} />}</Show>
    </>
  );
}

function Detail({ detail }: { detail: CheckpointDetail }) {
  const { checkpoint, file } = detail;
  return (
    <div className="stack">
      <Panel>
        <Facts
          items={[
            ['Root', <WholeHash key="r" hex={checkpoint.root} />],
            ['Parent', checkpoint.mergedFrom === null ? 'none, it is the genesis' : <WholeHash key="p" hex={checkpoint.parent} />],
            ['Merged from', checkpoint.mergedFrom === null ? '—' : <>window <WindowLink window={checkpoint.mergedFrom} />, mean gain {gain(checkpoint.mergedGain)} mnat</>],
            ['Gradients', detail.topG.length === 0 ? 'none' : detail.topG.map((uid, i) => <span key={uid}>{i > 0 && ', '}<MinerLink uid={uid} /></span>)],
            ['Digest of the merged set', <WholeHash key="d" hex={checkpoint.topGDigest} />],
            ['Anchored', <Time key="t" ms={checkpoint.anchoredAtMs} />],
            ['File', file ? <a key="f" href={file.path} download={file.key}>{file.key}, {bytes(file.length)}</a> : 'storage keeps no file of this checkpoint; it follows from its parent and the merged gradients'],
          ]}
        />
      </Panel>
      <Panel title="Verify a file">
        <HashFile roots={[{ name: `checkpoint ${checkpoint.checkpoint}`, root: checkpoint.root }]} />
      </Panel>
      <Panel title="Votes">
        {detail.votes.length === 0 ? (
          <Empty>The genesis checkpoint stands in the first event; nobody votes for it.</Empty>
        ) : (
          <LocalTable name="votes" caption="Votes for this checkpoint" rows={detail.votes} columns={VOTES} rowKey={(row) => row.validator} empty="No vote." />
        )}
      </Panel>
    </div>
  );
}
