'use client';

import Link from 'next/link';
import { useState } from 'react';
import type { AttestationPolicy, Enclave, EnclaveDetail } from '../data/api.ts';
import { useAnswer } from '../data/store.ts';
import { bytes, instant } from '../format.ts';
import { Badge, EnclaveBadge, Facts, Hash, PageHead, Panel, Show, Time, ValidatorLink, WholeHash } from '../parts/basics.tsx';
import { useRouteId } from '../parts/route.ts';
import { RemoteTable, type Column } from '../parts/table.tsx';
import { AttestationReport, type AttestationResult } from './attestation.tsx';

const COLUMNS: readonly Column<Enclave>[] = [
  { key: 'enclave', title: 'Enclave', sorts: false, value: (row) => row.enclave, cell: (row) => <Link href={`/enclaves/${row.enclave}/`}>{row.enclave}</Link> },
  { key: 'validator', title: 'Validator', value: (row) => row.validator, cell: (row) => <ValidatorLink uid={row.validator} /> },
  { key: 'kind', title: 'Kind', sorts: false, value: (row) => row.kind, cell: (row) => <EnclaveBadge kind={row.kind} /> },
  { key: 'current', title: 'May sign', sorts: false, value: (row) => String(row.current), cell: (row) => (row.current ? 'yes' : <span className="note">replaced</span>) },
  { key: 'publicKey', title: 'Public key', sorts: false, value: (row) => row.publicKey, cell: (row) => <Hash hex={row.publicKey} digits={16} /> },
  { key: 'registeredSequence', title: 'Registered', value: (row) => row.registeredSequence, cell: (row) => instant(row.registeredAtMs) },
  { key: 'documentBytes', title: 'Document', number: true, sorts: false, value: (row) => row.documentBytes, cell: (row) => bytes(row.documentBytes) },
  { key: 'reports', title: 'Reports signed', number: true, value: (row) => row.reports, cell: (row) => row.reports },
];

export function Enclaves() {
  return (
    <>
      <PageHead title="Enclaves">
        Only an enclave may sign scores. A document vouches for its key: certificate chain, measurements, key binding. A software enclave vouches
        for nothing but the holder of a development root, and is never shown in green.
      </PageHead>
      <Panel>
        <RemoteTable
          name="enclaves"
          caption="All enclaves"
          path="/v1/enclaves"
          columns={COLUMNS}
          rowKey={(row) => row.enclave}
          initialSort="-registeredSequence"
          empty="No enclave has been registered yet."
          choices={[{ key: 'kind', title: 'Kind', options: [{ value: 'NITRO', title: 'NITRO' }, { value: 'SOFTWARE', title: 'SOFTWARE' }] }]}
        />
      </Panel>
    </>
  );
}

export function EnclavePage() {
  const id = useRouteId();
  const answer = useAnswer<EnclaveDetail>(id === undefined ? undefined : `/v1/enclaves/${id}`);
  return (
    <>
      <PageHead title={id === undefined ? 'Enclave' : `Enclave ${id}`} crumb={{ path: '/enclaves/', title: 'Enclaves' }} />
      <Show answer={answer}>
        {(detail) => (
          <div className="stack">
            <Panel>
              <Facts
                items={[
                  ['Kind', <EnclaveBadge key="k" kind={detail.enclave.kind} />],
                  ['Validator', <ValidatorLink key="v" uid={detail.enclave.validator} />],
                  ['Epoch', detail.enclave.epoch],
                  ['May sign', detail.enclave.current ? 'yes, it is the newest of its validator' : 'no longer, a newer one is registered'],
                  ['Public key', <WholeHash key="p" hex={detail.enclave.publicKey} />],
                  ['Registered', <Time key="t" ms={detail.enclave.registeredAtMs} />],
                  ['Reports signed', detail.enclave.reports],
                  ['Document', <a key="d" href={`/v1/enclaves/${detail.enclave.enclave}/document`} download>{bytes(detail.enclave.documentBytes)} of COSE_Sign1</a>],
                ]}
              />
            </Panel>
            <Attestation detail={detail} />
            <AllowList policy={detail.attestationPolicy} />
          </div>
        )}
      </Show>
    </>
  );
}

function Attestation({ detail }: { detail: EnclaveDetail }) {
  const [result, setResult] = useState<AttestationResult>();
  const verify = async () => {
    const { checkAttestation } = await import('./check-attestation.ts');
    setResult(checkAttestation(detail));
  };
  return (
    <Panel title="Attestation">
      <div className="table-tools">
        <button type="button" className="primary" onClick={verify}>
          Verify attestation
        </button>
        <span className="note">Judged in this browser, at the chain time of the registration: certificates live only hours.</span>
      </div>
      <div aria-live="polite">{result && <AttestationReport result={result} />}</div>
    </Panel>
  );
}

function AllowList({ policy }: { policy: AttestationPolicy }) {
  return (
    <Panel title="What the network admits">
      <Facts
        items={[
          ['Kind', <EnclaveBadge key="k" kind={policy.kind} />],
          ['Root certificate', `${policy.rootCertificate.length / 2} bytes of DER`],
          ...policy.measurements.flatMap((measurement, i) => [
            [`Build ${i + 1}, PCR0`, <WholeHash key="0" hex={measurement.pcr0} />] as const,
            [`Build ${i + 1}, PCR1`, <WholeHash key="1" hex={measurement.pcr1} />] as const,
            [`Build ${i + 1}, PCR2`, <WholeHash key="2" hex={measurement.pcr2} />] as const,
          ]),
        ]}
      />
      {policy.kind === 'SOFTWARE' && (
        <p style={{ marginTop: 'var(--gap-3)' }}>
          <Badge tone="dev">enclave not attested (dev)</Badge> Believe a software policy only on your own network.
        </p>
      )}
    </Panel>
  );
}
