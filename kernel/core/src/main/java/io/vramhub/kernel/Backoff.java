package io.vramhub.kernel;

import io.vramhub.api.error.ErrorKind;
import io.vramhub.api.error.HubException;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * Repeats work that failed for a passing reason, after growing, jittered pauses, as long as there
 * is time. Only errors of kind {@code TRANSIENT} are repeated. The jitter is drawn from a seed, so
 * that a simulation repeats to the millisecond.
 */
public final class Backoff {
  private static final int MOST_DOUBLINGS = 20;
  private static final Duration ENDLESS = Duration.ofDays(36_500);

  private final Duration first;
  private final Duration longest;
  private final Scheduler timer;
  private final long seed;
  private final AtomicLong subscriptions = new AtomicLong();

  /**
   * @param first the pause before the first repetition
   * @param longest the pause never grows beyond it
   */
  public Backoff(Duration first, Duration longest, Scheduler timer, long seed) {
    this.first = first;
    this.longest = longest;
    this.timer = timer;
    this.seed = seed;
  }

  /**
   * The work, repeated on transient errors while the next attempt can begin within the budget;
   * otherwise its last error. The work must be safe to repeat. An attempt that is running is not
   * cut short: the caller's own deadline does that.
   */
  public <T> Mono<T> retry(Mono<T> work, Duration budget) {
    return Mono.defer(() -> work.retryWhen(pauses(budget)));
  }

  /** Repeats transient errors without end: for what a node cannot live without. */
  public <T> Mono<T> retryForever(Mono<T> work) {
    return retry(work, ENDLESS);
  }

  /**
   * The same for a stream. It must go on where it stopped when it is subscribed again; pauses grow
   * while nothing comes, and are short again after the next element.
   */
  public <T> Flux<T> resumeForever(Flux<T> stream) {
    return Flux.defer(() -> stream.retryWhen(pauses(ENDLESS)));
  }

  private Retry pauses(Duration budget) {
    SplittableRandom jitter =
        new SplittableRandom(seed + subscriptions.getAndIncrement() * 0x9E3779B97F4A7C15L);
    long end = timer.now(TimeUnit.NANOSECONDS) + budget.toNanos();
    return Retry.from(
        failures ->
            failures.concatMap(
                failed -> {
                  Duration pause = pause(failed.totalRetriesInARow(), jitter);
                  boolean inTime = timer.now(TimeUnit.NANOSECONDS) + pause.toNanos() <= end;
                  return isTransient(failed.failure()) && inTime
                      ? Mono.delay(pause, timer)
                      : Mono.error(failed.failure());
                },
                0));
  }

  /** Between half of the doubled pause and all of it. */
  private Duration pause(long repetition, SplittableRandom jitter) {
    long doubled = first.toNanos() << Math.min(repetition, MOST_DOUBLINGS);
    long bound = Math.min(longest.toNanos(), doubled < first.toNanos() ? Long.MAX_VALUE : doubled);
    return Duration.ofNanos(bound / 2 + jitter.nextLong(bound / 2 + 1));
  }

  /** Whether the same call may succeed a moment later. */
  public static boolean isTransient(Throwable failure) {
    return failure instanceof HubException known && known.code().kind() == ErrorKind.TRANSIENT;
  }
}
