'use client';

/** Hashes a checkpoint file in this browser and holds its root against the anchored ones. */
import { useId, useState } from 'react';
import { bytes } from '../format.ts';
import { WholeHash } from '../parts/basics.tsx';
import { OutcomeWord } from './verify-window.tsx';

export interface AnchoredRoot {
  readonly name: string;
  readonly root: string;
}

type Run =
  | { readonly state: 'idle' }
  | { readonly state: 'running'; readonly read: number; readonly size: number }
  | { readonly state: 'done'; readonly root: string; readonly size: number }
  | { readonly state: 'failed'; readonly message: string };

export function HashFile({ roots }: { roots: readonly AnchoredRoot[] }) {
  const [run, setRun] = useState<Run>({ state: 'idle' });
  const [over, setOver] = useState(false);
  const id = useId();
  const hash = async (file: File | undefined) => {
    if (!file) {
      return;
    }
    setRun({ state: 'running', read: 0, size: file.size });
    try {
      const { hashCheckpoint } = await import('../verify/merkle.ts');
      const root = await hashCheckpoint(file, (read) => setRun({ state: 'running', read, size: file.size }));
      setRun({ state: 'done', root, size: file.size });
    } catch (error) {
      setRun({ state: 'failed', message: error instanceof Error ? error.message : String(error) });
    }
  };
  return (
    <div className="field-grid">
      <label
        htmlFor={id}
        className="drop"
        data-over={over}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          void hash(event.dataTransfer.files[0]);
        }}
      >
        Drop a checkpoint file here, or choose one. It is hashed in leaves of 1 MiB and never leaves this browser.{' '}
        <input id={id} type="file" onChange={(event) => void hash(event.target.files?.[0])} />
      </label>
      <div aria-live="polite">
        {run.state === 'running' && (
          <p>
            {bytes(run.read)} of {bytes(run.size)} hashed
          </p>
        )}
        {run.state === 'failed' && (
          <p>
            <OutcomeWord outcome="notCheckable" /> {run.message}
          </p>
        )}
        {run.state === 'done' && <Found root={run.root} roots={roots} />}
      </div>
    </div>
  );
}

function Found({ root, roots }: { root: string; roots: readonly AnchoredRoot[] }) {
  const anchored = roots.find((each) => each.root === root);
  return (
    <p data-outcome={anchored ? 'valid' : roots.length > 0 ? 'different' : 'notCheckable'}>
      {anchored ? (
        <>
          <OutcomeWord outcome="valid" /> The file is {anchored.name}:{' '}
        </>
      ) : roots.length > 0 ? (
        <>
          <OutcomeWord outcome="different" /> The file is not {roots.map((each) => each.name).join(' or ')}; its root is{' '}
        </>
      ) : (
        <>
          <OutcomeWord outcome="notCheckable" /> No anchored root to compare with; the file’s root is{' '}
        </>
      )}
      <WholeHash hex={root} />
    </p>
  );
}
