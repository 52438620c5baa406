'use client';

import { Meter } from '../charts/small.tsx';
import type { Agreement, Validator } from '../data/api.ts';
import { useAnswer } from '../data/store.ts';
import { coins, duration } from '../format.ts';
import { Badge, Empty, EnclaveBadge, Label, PageHead, Panel, Show, ValidatorLink } from '../parts/basics.tsx';
import { RemoteTable, Scroll, type Column } from '../parts/table.tsx';

export const VALIDATOR_COLUMNS: readonly Column<Validator>[] = [
  { key: 'validator', title: 'Validator', value: (row) => row.validator, cell: (row) => <ValidatorLink uid={row.validator} /> },
  { key: 'label', title: 'Label', value: (row) => row.label, cell: (row) => <Label text={row.label} /> },
  { key: 'state', title: 'State', sorts: false, value: (row) => (row.active ? 'active' : 'inactive'), cell: (row) => <State validator={row} /> },
  { key: 'enclave', title: 'Enclave', sorts: false, value: (row) => row.enclaveKind, cell: (row) => <EnclaveBadge kind={row.enclaveKind} /> },
  { key: 'stake', title: 'Stake, SUI', number: true, value: (row) => row.stake, cell: (row) => coins(row.stake, 0) },
  { key: 'reports', title: 'Completeness', value: (row) => row.reports, cell: (row) => <Meter share={row.reports / Math.max(1, row.windows)} text={`${row.reports} / ${row.windows}`} /> },
  { key: 'meanDelayMs', title: 'Mean delay', number: true, value: (row) => row.meanDelayMs, cell: (row) => (row.meanDelayMs === null ? '—' : duration(row.meanDelayMs)) },
  { key: 'deviations', title: 'Disputed', number: true, value: (row) => row.deviations, cell: (row) => (row.deviations > 0 ? <Badge tone="bad">{row.deviations}</Badge> : 0) },
  { key: 'votes', title: 'Votes', number: true, value: (row) => row.votes, cell: (row) => `${row.agreeingVotes} / ${row.votes}` },
  { key: 'earned', title: 'Earned, VRAM', number: true, value: (row) => row.earned, cell: (row) => coins(row.earned, 2) },
];

function State({ validator }: { validator: Validator }) {
  if (validator.jailedBy !== null) {
    return <Badge tone="bad">jailed by window {validator.jailedBy}</Badge>;
  }
  return validator.active ? <Badge tone="good">active</Badge> : <Badge tone="unknown">inactive</Badge>;
}

export function Validators() {
  const agreement = useAnswer<Agreement>('/v1/agreement');
  return (
    <>
      <PageHead title="Validators">
        With the strict evaluator honest reports are equal to the bit, so whoever differs from the majority of the stake is seen at once.
      </PageHead>
      <div className="stack">
        <Panel>
          <RemoteTable
            name="validators"
            caption="All validators"
            path="/v1/validators"
            columns={VALIDATOR_COLUMNS}
            rowKey={(row) => row.validator}
            initialSort="validator"
            empty="No validator has registered yet."
            choices={[{ key: 'active', title: 'Active', options: [{ value: 'true', title: 'yes' }, { value: 'false', title: 'no' }] }]}
          />
        </Panel>
        <Panel title="Agreement" note="Share of the gradients both reported on with the same verdict and the same gains, over all final windows.">
          <Show answer={agreement}>{(value) => <Matrix agreement={value} />}</Show>
        </Panel>
      </div>
    </>
  );
}

function Matrix({ agreement }: { agreement: Agreement }) {
  const { validators, pairs } = agreement;
  if (pairs.length === 0) {
    return <Empty>No two validators have reported on the same gradient yet.</Empty>;
  }
  const pairOf = (a: number, b: number) => pairs.find((pair) => pair.first === Math.min(a, b) && pair.second === Math.max(a, b));
  return (
    <Scroll label="Agreement of validators">
      <table className="matrix" style={{ width: 'auto' }}>
        <caption className="hidden-visually">Agreement of each two validators</caption>
        <thead>
          <tr>
            <td />
            {validators.map((uid) => (
              <th key={uid} scope="col">
                v{uid}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {validators.map((row) => (
            <tr key={row}>
              <th scope="row">v{row}</th>
              {validators.map((column) => (
                <Cell key={column} same={row === column} pair={pairOf(row, column)} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function Cell({ same, pair }: { same: boolean; pair: Agreement['pairs'][number] | undefined }) {
  if (same) {
    return <td className="note">·</td>;
  }
  if (!pair || pair.compared === 0) {
    return <td className="note">never</td>;
  }
  const share = pair.equal / pair.compared;
  const tone = share === 1 ? 'var(--good-soft)' : share > 0.9 ? 'var(--dev-soft)' : 'var(--bad-soft)';
  return (
    <td style={{ background: tone }}>
      {(100 * share).toFixed(share === 1 ? 0 : 1)} %
      <div className="note" style={{ color: 'var(--ink-2)' }}>
        {pair.equal} / {pair.compared}
      </div>
    </td>
  );
}
