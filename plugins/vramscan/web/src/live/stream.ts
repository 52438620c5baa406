/** The chain's events as they come: one connection, shared by all tabs of a browser where it can be. */
import type { EventSummary } from '../data/api.ts';

export type Connection = 'connecting' | 'live' | 'disconnected';

/** What a page hears. `resync` says that events were missed and everything shown may be old. */
export type LiveMessage =
  | { readonly type: 'connection'; readonly connection: Connection }
  | { readonly type: 'event'; readonly topic: string; readonly event: EventSummary }
  | { readonly type: 'resync' };

export const TOPICS = ['registry', 'window', 'commit', 'score', 'checkpoint', 'reward', 'parameters'] as const;

const STREAM = '/v1/stream';
const RETRY_MS = 2_000;

/**
 * Keeps one `EventSource` open. The browser itself reconnects with `Last-Event-ID`, so nothing is
 * missed; only where the server refused does it give up, and then a new connection begins with the
 * server's `state`, which means a resync.
 */
export function openStream(tell: (message: LiveMessage) => void): void {
  const source = new EventSource(STREAM);
  source.addEventListener('open', () => tell({ type: 'connection', connection: 'live' }));
  source.addEventListener('error', () => {
    tell({ type: 'connection', connection: 'disconnected' });
    if (source.readyState === EventSource.CLOSED) {
      setTimeout(() => openStream(tell), RETRY_MS);
    }
  });
  source.addEventListener('state', () => tell({ type: 'resync' }));
  for (const topic of TOPICS) {
    source.addEventListener(topic, (message) => {
      tell({ type: 'event', topic, event: JSON.parse(message.data) as EventSummary });
    });
  }
}
