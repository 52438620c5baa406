/** Search by anything: pages at once, the rest from the API. Ctrl-K or / opens it. */
import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import type { Found } from '../data/api.ts';
import { useAnswer } from '../data/store.ts';
import { SITE } from './site.ts';

interface Hit {
  readonly kind: string;
  readonly title: string;
  readonly why: string;
  readonly path: string;
}

const PAUSE_MS = 150;
const PAGES: readonly Hit[] = SITE.flatMap((group) =>
  group.pages.map((page) => ({ kind: 'page', title: page.title, why: page.about, path: page.path })),
);

export function Search() {
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const router = useRouter();
  const query = useSettled(text.trim());
  const answer = useAnswer<Found>(query === '' ? undefined : `/v1/search?q=${encodeURIComponent(query)}`);

  const open = () => {
    setText('');
    setChosen(0);
    dialog.current?.showModal();
  };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
      if (((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') || (event.key === '/' && !typing)) {
        event.preventDefault();
        open();
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);

  const pages = PAGES.filter((page) => page.title.toLowerCase().includes(text.trim().toLowerCase()));
  const items = query !== '' && answer.state === 'ready' ? answer.value.items : [];
  const hits = [...items.map((item) => ({ kind: item.type, title: item.title, why: item.why, path: item.path })), ...pages];
  const go = (hit: Hit | undefined) => {
    if (hit) {
      dialog.current?.close();
      router.push(hit.path);
    }
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : hits.length - 1;
      setChosen((chosen + step) % Math.max(1, hits.length));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      go(hits[chosen]);
    }
  };

  return (
    <>
      <button type="button" className="search-open" onClick={open}>
        <span className="label">Search uid, hash, window…</span>
        <span aria-hidden="true">⌕</span>
        <kbd>Ctrl K</kbd>
      </button>
      <dialog ref={dialog} className="search" aria-label="Search">
        <input
          role="combobox"
          aria-expanded="true"
          aria-controls="search-hits"
          aria-activedescendant={hits[chosen] ? `search-hit-${chosen}` : undefined}
          aria-label="Uid, label, window number, address, key or at least six digits of a hash"
          placeholder="Uid, label, window, address, key, hash…"
          value={text}
          autoFocus
          onChange={(event) => {
            setText(event.target.value);
            setChosen(0);
          }}
          onKeyDown={onKeyDown}
        />
        <ul id="search-hits" role="listbox" aria-label="Found">
          {hits.map((hit, i) => (
            <li
              key={`${hit.kind}${hit.path}${hit.why}`}
              id={`search-hit-${i}`}
              role="option"
              aria-selected={i === chosen}
              onMouseMove={() => setChosen(i)}
              onClick={() => go(hit)}
            >
              <span className="kind">{hit.kind}</span>
              <bdi className="label">{hit.title}</bdi>
              <span className="why">{hit.why}</span>
            </li>
          ))}
        </ul>
        <p className="note" role="status" style={{ padding: '0 1rem 0.75rem' }}>
          {status(text, answer.state, hits.length)}
        </p>
      </dialog>
    </>
  );
}

function status(text: string, state: string, hits: number): string {
  if (text.trim() !== '' && state === 'failed') {
    return 'The node does not answer; only pages are found.';
  }
  return hits === 0 ? 'Nothing found. A hash wants at least six digits.' : `${hits} found. Arrows choose, Enter opens.`;
}

/** The text once typing has paused. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
