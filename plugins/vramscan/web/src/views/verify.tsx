'use client';

/** Verification without this server: everything comes from files or pasted text. */
import { useState } from 'react';
import { PageHead, Panel } from '../parts/basics.tsx';
import type { WindowVerification } from '../verify/window.ts';
import { AttestationReport, type AttestationResult } from './attestation.tsx';
import { HashFile } from './hash-file.tsx';
import { OutcomeWord, Verification } from './verify-window.tsx';

type Verdict =
  | { readonly kind: 'window'; readonly verification: WindowVerification }
  | { readonly kind: 'attestations'; readonly results: readonly { readonly name: string; readonly result: AttestationResult }[] }
  | { readonly kind: 'problem'; readonly message: string };

export function Verify({ offline = false }: { offline?: boolean }) {
  return (
    <>
      <PageHead
        title="Verify"
        actions={
          !offline && (
            <a className="button" href="/vramscan-verify.html" download="vramscan-verify.html">
              Save this page as one file
            </a>
          )
        }
      >
        Do not trust the server you read this from. Paste or drop what it says, and the rules are applied here, in this browser; nothing is sent
        anywhere.
        {offline && ' This file carries a policy that forbids it every connection.'}
      </PageHead>
      <div className="stack">
        <Panel
          title="A window or an enclave"
          note={
            <>
              A window’s record is the answer of <code>/v1/windows/N/record</code>, an enclave’s that of <code>/v1/enclaves/V-E</code>.
            </>
          }
        >
          <Paste />
        </Panel>
        <Panel title="A signature" note="Hexadecimal digits. The bytes are decoded field by field if they are a score report.">
          <Signature />
        </Panel>
        <Panel title="A checkpoint file">
          <File />
        </Panel>
      </div>
    </>
  );
}

function Paste() {
  const [verdict, setVerdict] = useState<Verdict>();
  const [text, setText] = useState('');
  const [over, setOver] = useState(false);
  const check = async (content: string) => setVerdict(await judged(content));
  const read = async (file: globalThis.File | undefined) => {
    if (file) {
      const content = await file.text();
      setText(content);
      await check(content);
    }
  };
  return (
    <div className="field-grid">
      <label
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
          void read(event.dataTransfer.files[0]);
        }}
      >
        Drop a JSON file here, or choose one. <input type="file" accept=".json,application/json" onChange={(event) => void read(event.target.files?.[0])} />
      </label>
      <textarea
        className="paste"
        aria-label="Record of a window or of an enclave, as JSON"
        placeholder='{"format":"vramscan-window/1", …'
        value={text}
        spellCheck={false}
        onChange={(event) => setText(event.target.value)}
      />
      <div>
        <button type="button" className="primary" disabled={text.trim() === ''} onClick={() => void check(text)}>
          Verify
        </button>
      </div>
      <div aria-live="polite">{verdict && <Shown verdict={verdict} />}</div>
    </div>
  );
}

function Shown({ verdict }: { verdict: Verdict }) {
  switch (verdict.kind) {
    case 'window':
      return <Verification verification={verdict.verification} />;
    case 'attestations':
      return verdict.results.map(({ name, result }) => (
        <section key={name}>
          <h3>{name}</h3>
          <AttestationReport result={result} />
        </section>
      ));
    case 'problem':
      return (
        <p data-outcome="notCheckable">
          <OutcomeWord outcome="notCheckable" /> {verdict.message}
        </p>
      );
  }
}

async function judged(content: string): Promise<Verdict> {
  try {
    const { judge } = await import('./judge.ts');
    return judge(content);
  } catch (error) {
    return { kind: 'problem', message: error instanceof Error ? error.message : String(error) };
  }
}

export type { Verdict };

function Signature() {
  const [key, setKey] = useState('');
  const [message, setMessage] = useState('');
  const [signature, setSignature] = useState('');
  const [answer, setAnswer] = useState<{ readonly valid: boolean; readonly detail: string } | { readonly problem: string }>();
  const check = async () => {
    try {
      const { judgeSignature } = await import('./judge.ts');
      setAnswer(judgeSignature(key, message, signature));
    } catch (error) {
      setAnswer({ problem: error instanceof Error ? error.message : String(error) });
    }
  };
  const field = (name: string, value: string, set: (value: string) => void) => (
    <label>
      {name}
      <input style={{ display: 'block', width: '100%', fontFamily: 'var(--mono)' }} value={value} spellCheck={false} onChange={(event) => set(event.target.value)} />
    </label>
  );
  return (
    <div className="field-grid">
      {field('Ed25519 public key, 32 bytes', key, setKey)}
      {field('Signed bytes', message, setMessage)}
      {field('Signature, 64 bytes', signature, setSignature)}
      <div>
        <button type="button" className="primary" onClick={() => void check()} disabled={key === '' || message === '' || signature === ''}>
          Verify signature
        </button>
      </div>
      <div aria-live="polite">
        {answer &&
          ('problem' in answer ? (
            <p data-outcome="notCheckable">
              <OutcomeWord outcome="notCheckable" /> {answer.problem}
            </p>
          ) : (
            <p data-outcome={answer.valid ? 'valid' : 'signatureInvalid'}>
              <OutcomeWord outcome={answer.valid ? 'valid' : 'signatureInvalid'} /> {answer.detail}
            </p>
          ))}
      </div>
    </div>
  );
}

function File() {
  const [root, setRoot] = useState('');
  const wanted = root.trim().toLowerCase();
  return (
    <div className="field-grid">
      <label>
        Anchored root, if you have it
        <input style={{ display: 'block', width: '100%', fontFamily: 'var(--mono)' }} value={root} spellCheck={false} onChange={(event) => setRoot(event.target.value)} />
      </label>
      <HashFile roots={wanted === '' ? [] : [{ name: 'the file with this root', root: wanted }]} />
    </div>
  );
}
