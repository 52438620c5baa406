/** Chain time in the browser: what the node said, plus the time that has passed since. */
import { useEffect, useState } from 'react';
import type { Now } from './api.ts';
import type { Answer } from './store.ts';

export interface ChainClock {
  /** Chain time now, in milliseconds; undefined while the node cannot say. */
  readonly chainMs: number | undefined;
  /** How far the node's clock is ahead of this browser's. */
  readonly nodeAheadMs: number;
  /** How far chain time is ahead of the node's clock. */
  readonly chainAheadMs: number | undefined;
}

const TICK_MS = 500;

/** Ticks twice a second. */
export function useChainClock(now: Answer<Now>): ChainClock | undefined {
  const [browserMs, setBrowserMs] = useState<number>();
  useEffect(() => {
    const tick = () => setBrowserMs(Date.now());
    tick();
    const timer = setInterval(tick, TICK_MS);
    return () => clearInterval(timer);
  }, []);
  if (now.state !== 'ready' || browserMs === undefined) {
    return undefined;
  }
  const { chainTimeMs, serverTimeMs } = now.value;
  return {
    chainMs: chainTimeMs === null ? undefined : chainTimeMs + (browserMs - now.receivedAtMs),
    nodeAheadMs: serverTimeMs - now.receivedAtMs,
    chainAheadMs: chainTimeMs === null ? undefined : chainTimeMs - serverTimeMs,
  };
}
