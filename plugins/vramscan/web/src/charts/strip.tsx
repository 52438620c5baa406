/** One cell a window: how much of it was accepted, what was not, and how it ended. */
import Link from 'next/link';
import type { Window } from '../data/api.ts';
import { words } from '../format.ts';

export function WindowStrip({ windows }: { windows: readonly Window[] }) {
  return (
    <nav className="strip" aria-label="Newest windows, oldest first">
      {windows.map((window) => (
        <Cell key={window.window} window={window} />
      ))}
    </nav>
  );
}

function Cell({ window }: { window: Window }) {
  const share = (count: number) => `${(100 * count) / Math.max(1, window.miners)}%`;
  const open = window.outcome === 'TRAINING' || window.outcome === 'SCORING';
  const title = open
    ? `Window ${window.window}, ${words(window.outcome).toLowerCase()}: ${window.commits} of ${window.miners} committed`
    : `Window ${window.window}, ${words(window.outcome).toLowerCase()}: ${window.accepted} accepted, ${window.rejected} rejected, of ${window.miners}`;
  return (
    <Link href={`/windows/${window.window}/`} data-outcome={window.outcome} title={title} aria-label={title}>
      {window.rejected > 0 && <i className="rejected" style={{ height: share(window.rejected) }} />}
      <i style={{ height: share(open ? window.commits : window.accepted) }} />
    </Link>
  );
}
