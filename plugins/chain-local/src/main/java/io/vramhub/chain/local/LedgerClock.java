package io.vramhub.chain.local;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Chain time: where the ledger last was, plus what has passed since it was opened.
 *
 * <p>Not the wall clock, for two reasons. A ledger that is shut down stands still, so a development
 * network stopped in the middle of a window goes on in the middle of that window instead of finding
 * all its windows missed. And a wall clock that jumps (a laptop waking up, a corrected date) would
 * move deadlines that others have already met; a monotonic one cannot.
 *
 * <p>Thread-safe.
 */
final class LedgerClock {
  private final long startMs;
  private final long startNanos;
  private final LongSupplier monotonicNanos;

  /**
   * @param startMs chain time now
   * @param monotonicNanos like {@link System#nanoTime()}
   */
  LedgerClock(long startMs, LongSupplier monotonicNanos) {
    this.startMs = startMs;
    this.startNanos = monotonicNanos.getAsLong();
    this.monotonicNanos = monotonicNanos;
  }

  long nowMs() {
    return startMs
        + TimeUnit.NANOSECONDS.toMillis(Math.max(0, monotonicNanos.getAsLong() - startNanos));
  }
}
