'use client';

/** What surrounds every page: where the network stands, navigation, search, theme, connection. */
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useChainClock } from '../data/clock.ts';
import type { Now, Phases } from '../data/api.ts';
import { useAnswer } from '../data/store.ts';
import { duration } from '../format.ts';
import { useConnection } from '../live/live.ts';
import { phaseAt } from '../charts/phases.tsx';
import { Badge } from './basics.tsx';
import { Search } from './search.tsx';
import { SITE } from './site.ts';

export function Shell({ children }: { children: ReactNode }) {
  return (
    <div className="shell">
      <a className="skip" href="#content">
        To the content
      </a>
      <header className="bar">
        <Menu />
        <Link href="/" className="brand">
          <Mark />
          <span className="name">VRAMScan</span>
        </Link>
        <NowLine />
        <span className="spring" />
        <Search />
        <Connected />
        <Theme />
      </header>
      <Rail className="rail wide-rail" name="Pages" />
      <main id="content" tabIndex={-1}>
        {children}
      </main>
      <footer className="foot">
        <span>VRAMScan runs inside the node that serves it. Trust it as far as you verify it.</span>
        <Link href="/verify/">Verify</Link>
        <Link href="/api/">API</Link>
        <Link href="/status/">Status</Link>
      </footer>
    </div>
  );
}

function Mark() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <path
        d="M4 11h5l3.2 10L16 8l3.6 13L22.8 11H28"
        fill="none"
        stroke="currentColor"
        strokeWidth="2.8"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}

function Rail({ className, name }: { className: string; name: string }) {
  const path = usePathname();
  return (
    <nav className={className} aria-label={name}>
      {SITE.map((group) => (
        <div key={group.name}>
          <h2>{group.name}</h2>
          <ul>
            {group.pages.map((page) => (
              <li key={page.path}>
                <Link href={page.path} aria-current={isAt(path, page.path) ? 'page' : undefined}>
                  {page.title}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

function isAt(path: string, page: string): boolean {
  return page === '/' ? path === '/' : path.startsWith(page);
}

/** The navigation of narrow screens; closes when it has led somewhere. */
function Menu() {
  const details = useRef<HTMLDetailsElement>(null);
  const path = usePathname();
  useEffect(() => {
    details.current?.removeAttribute('open');
  }, [path]);
  return (
    <details className="menu" ref={details}>
      <summary aria-label="Menu">
        <span aria-hidden="true">☰</span>
      </summary>
      <Rail className="rail" name="Menu" />
    </details>
  );
}

function NowLine() {
  const now = useAnswer<Now>('/v1/now');
  const clock = useChainClock(now);
  if (now.state !== 'ready' || now.value.window === null) {
    return <div className="now" />;
  }
  const { window: current, phases } = now.value.window;
  const state = clock?.chainMs === undefined ? undefined : phaseAt(phases, clock.chainMs);
  return (
    <div className="now">
      <Link href={`/windows/${current.window}/`}>Window {current.window}</Link>
      {state && (
        <>
          <Badge tone={state.tone}>{state.name}</Badge>
          <span className="extra">{state.leftMs === undefined ? '' : `${duration(state.leftMs)} left`}</span>
        </>
      )}
      <PhaseAnnouncement phases={phases} chainMs={clock?.chainMs} window={current.window} />
    </div>
  );
}

/** Tells screen readers of a new phase, and only of that. */
function PhaseAnnouncement({
  phases,
  chainMs,
  window,
}: {
  phases: Phases;
  chainMs: number | undefined;
  window: number;
}) {
  const name = chainMs === undefined ? '' : phaseAt(phases, chainMs).name;
  return (
    <span className="hidden-visually" aria-live="polite">
      {name && `Window ${window}: ${name}`}
    </span>
  );
}

const WORDS = { connecting: 'Connecting', live: 'Live', disconnected: 'Disconnected' } as const;

function Connected() {
  const connection = useConnection();
  return (
    <span className="connection" data-state={connection} role="status" title={`Stream of events: ${WORDS[connection]}`}>
      <span className="word">{WORDS[connection]}</span>
    </span>
  );
}

const THEMES = [
  { value: '', title: 'System theme', sign: '◐' },
  { value: 'light', title: 'Light theme', sign: '○' },
  { value: 'dark', title: 'Dark theme', sign: '●' },
] as const;

function Theme() {
  const [at, setAt] = useState(0);
  useEffect(() => {
    const chosen = document.documentElement.dataset['theme'] ?? '';
    setAt(Math.max(0, THEMES.findIndex((theme) => theme.value === chosen)));
  }, []);
  const turn = () => {
    const next = (at + 1) % THEMES.length;
    const value = THEMES[next]?.value ?? '';
    setAt(next);
    if (value === '') {
      delete document.documentElement.dataset['theme'];
    } else {
      document.documentElement.dataset['theme'] = value;
    }
    try {
      localStorage.setItem('vramscan-theme', value);
    } catch {
      // Storage may be forbidden; the choice then lasts as long as the page.
    }
  };
  const theme = THEMES[at] ?? THEMES[0];
  return (
    <button type="button" onClick={turn} title={theme.title} aria-label={`${theme.title}; change`}>
      <span aria-hidden="true">{theme.sign}</span>
    </button>
  );
}
