package io.vramhub.kernel.window;

import io.vramhub.api.model.ChainHead;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * An estimate of the chain's time, in milliseconds: the last reading of the chain plus what has
 * passed since on the scheduler's monotonic clock. Setting the machine's clock does not move it.
 *
 * <p>Before the first reading nothing is due. Safe for use by several threads.
 */
public final class ChainTime {
  /** Re-reads at least this often while waiting, so that a wait follows corrections. */
  private static final long LONGEST_WAIT_MS = 30_000;

  private static final long TRUSTED_ROUND_TRIP_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Scheduler timer;
  private final AtomicReference<Reading> reading = new AtomicReference<>(Reading.NONE);

  private record Reading(long offsetNanos, boolean taken) {
    static final Reading NONE = new Reading(0, false);
  }

  /** Time passes on the scheduler, which may be virtual. */
  public ChainTime(Scheduler timer) {
    this.timer = timer;
  }

  /** The scheduler all waiting is done on. */
  public Scheduler timer() {
    return timer;
  }

  /** Now, in milliseconds of chain time; the smallest number before the first reading. */
  public long nowMs() {
    Reading last = reading.get();
    return last.taken()
        ? TimeUnit.NANOSECONDS.toMillis(timer.now(TimeUnit.NANOSECONDS) + last.offsetNanos())
        : Long.MIN_VALUE;
  }

  /** Time left until the given moment; zero if it has passed. */
  public Duration until(long chainTimeMs) {
    return Duration.ofMillis(leftMs(chainTimeMs));
  }

  private long leftMs(long chainTimeMs) {
    long now = nowMs();
    if (now >= chainTimeMs) {
      return 0;
    }
    return now == Long.MIN_VALUE ? LONGEST_WAIT_MS : chainTimeMs - now;
  }

  /** Completes at the given moment, at once if it has passed. */
  public Mono<Void> reached(long chainTimeMs) {
    return Mono.defer(
            () -> {
              long left = leftMs(chainTimeMs);
              return left == 0
                  ? Mono.just(true)
                  : Mono.delay(Duration.ofMillis(Math.min(left, LONGEST_WAIT_MS)), timer)
                      .thenReturn(false);
            })
        .repeat()
        .takeUntil(done -> done)
        .then();
  }

  /**
   * Takes a reading: the head was asked for and answered at these moments of the scheduler's
   * nanosecond clock. The chain's time is assumed to be that of the middle; a reading that took too
   * long to be useful is left out unless there is none yet.
   */
  public void observe(ChainHead head, long askedNanos, long answeredNanos) {
    boolean trusted = answeredNanos - askedNanos <= TRUSTED_ROUND_TRIP_NANOS;
    long middle = askedNanos + (answeredNanos - askedNanos) / 2;
    Reading taken = new Reading(TimeUnit.MILLISECONDS.toNanos(head.timeMs()) - middle, true);
    reading.updateAndGet(before -> trusted || !before.taken() ? taken : before);
  }
}
