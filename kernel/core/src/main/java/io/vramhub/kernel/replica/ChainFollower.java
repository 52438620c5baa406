package io.vramhub.kernel.replica;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.spi.ChainAdapter;
import io.vramhub.kernel.Backoff;
import io.vramhub.kernel.NodeEvent;
import io.vramhub.kernel.NodeEvents;
import io.vramhub.kernel.window.ChainTime;
import io.vramhub.protocol.chain.ChainState;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;

/**
 * Follows the chain: folds its events from the first into {@link ChainState}, keeps {@link
 * ChainTime}, and wakes those who wait for something to become true. One per node, shared by its
 * roles.
 *
 * <p>Nothing moves until {@link #run()} is subscribed. Reading and waiting are safe from any
 * thread.
 */
public final class ChainFollower {
  private static final Duration HEAD_EVERY = Duration.ofSeconds(5);
  private static final Duration HEAD_LIMIT = Duration.ofSeconds(10);
  private static final long SKEW_WORTH_A_WARNING_MS = 2_000;

  private final ChainAdapter chain;
  private final Backoff backoff;
  private final Scheduler timer;
  private final Clock clock;
  private final NodeEvents events;
  private final ChainTime time;
  private final AtomicBoolean clockSkewed = new AtomicBoolean();
  private final AtomicLong firstHead = new AtomicLong(Long.MAX_VALUE);
  private final ChainState state = new ChainState();
  private final Set<Waiter<?>> waiters = new LinkedHashSet<>();

  /**
   * Follows the chain once it runs.
   *
   * @param timer all waiting is done on it
   * @param clock the machine's clock, only to warn when it is far from chain time
   */
  public ChainFollower(
      ChainAdapter chain, Backoff backoff, Scheduler timer, Clock clock, NodeEvents events) {
    this.chain = chain;
    this.backoff = backoff;
    this.timer = timer;
    this.clock = clock;
    this.events = events;
    time = new ChainTime(timer);
  }

  /** The chain's time, as far as this node knows it. */
  public ChainTime time() {
    return time;
  }

  /**
   * Follows until cancelled. Reconnects for ever while the chain is unavailable; ends only with an
   * error that trying again does not help, such as {@code CHAIN_CORRUPT}.
   */
  public Mono<Void> run() {
    return Mono.firstWithSignal(follow(), keepTime());
  }

  private Mono<Void> follow() {
    Mono<Void> once =
        Flux.defer(() -> chain.events(read(ChainState::sequence) + 1))
            .doOnNext(this::apply)
            .then(
                Mono.<Void>error(
                    () ->
                        new HubException(
                            ErrorCode.CHAIN_UNAVAILABLE, "the chain's event stream ended")))
            .doOnError(failure -> events.publish(new NodeEvent.ChainLost(describe(failure))));
    return backoff.retryForever(once);
  }

  private Mono<Void> keepTime() {
    return Mono.defer(
            () -> {
              long asked = timer.now(TimeUnit.NANOSECONDS);
              return chain
                  .head()
                  .timeout(HEAD_LIMIT, timer)
                  .doOnNext(
                      head -> {
                        time.observe(head, asked, timer.now(TimeUnit.NANOSECONDS));
                        firstHead.compareAndSet(Long.MAX_VALUE, head.sequence());
                        wakeWaiters();
                        warnOfSkew(clock.millis() - time.nowMs());
                      });
            })
        // A reading that fails is followed by the next one; the event stream reports the loss.
        .onErrorResume(failure -> Mono.empty())
        .then(Mono.defer(() -> Mono.delay(readAgain(), timer)))
        .repeat()
        .then();
  }

  private void warnOfSkew(long aheadMs) {
    boolean skewed = Math.abs(aheadMs) > SKEW_WORTH_A_WARNING_MS;
    if (clockSkewed.getAndSet(skewed) != skewed && skewed) {
      events.publish(new NodeEvent.ClockSkewed(aheadMs));
    }
  }

  private Duration readAgain() {
    return time.nowMs() == Long.MIN_VALUE ? HEAD_EVERY.dividedBy(10) : HEAD_EVERY;
  }

  private static String describe(Throwable failure) {
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }

  private void apply(ChainRecord next) {
    synchronized (state) {
      // A reconnect may repeat what is known; the fold refuses gaps.
      if (next.sequence() <= state.sequence()) {
        return;
      }
      state.apply(next);
    }
    wakeWaiters();
  }

  private void wakeWaiters() {
    List<Waiter<?>> woken = new ArrayList<>();
    synchronized (state) {
      for (Waiter<?> waiter : waiters) {
        if (waiter.test(state)) {
          woken.add(waiter);
        }
      }
      woken.forEach(waiters::remove);
    }
    woken.forEach(Waiter::wake);
  }

  /** Completes when everything that had happened before this node started is known here. */
  public Mono<Void> caughtUp() {
    return until(now -> now.sequence() >= firstHead.get());
  }

  /** Reads the state as it is now. The query runs under a lock: it computes and returns at once. */
  public <T> T read(Function<ChainState, T> query) {
    synchronized (state) {
      return query.apply(state);
    }
  }

  /**
   * Waits until the question has an answer, and answers on the timer's scheduler. The question is
   * asked now and after every event, under a lock. Waits for ever: bound it by the window's
   * deadline.
   */
  public <T> Mono<T> when(Function<ChainState, Optional<T>> question) {
    return Mono.<T>create(
            sink -> {
              Waiter<T> waiter = new Waiter<>(question, sink);
              boolean answered;
              synchronized (state) {
                answered = waiter.test(state);
                if (!answered) {
                  waiters.add(waiter);
                }
              }
              if (answered) {
                waiter.wake();
              }
              sink.onDispose(() -> forget(waiter));
            })
        .publishOn(timer);
  }

  /** Waits until the statement is true of the state. */
  public Mono<Void> until(Function<ChainState, Boolean> statement) {
    return when(now -> statement.apply(now) ? Optional.of(true) : Optional.empty()).then();
  }

  private void forget(Waiter<?> waiter) {
    synchronized (state) {
      waiters.remove(waiter);
    }
  }

  /** Someone who waits; guarded by the lock until it is woken. */
  private static final class Waiter<T> {
    private final Function<ChainState, Optional<T>> question;
    private final MonoSink<T> sink;
    private Optional<T> answer = Optional.empty();
    private Optional<RuntimeException> failure = Optional.empty();

    Waiter(Function<ChainState, Optional<T>> question, MonoSink<T> sink) {
      this.question = question;
      this.sink = sink;
    }

    boolean test(ChainState state) {
      try {
        answer = state.isCreated() ? question.apply(state) : Optional.empty();
      } catch (RuntimeException e) {
        failure = Optional.of(e);
      }
      return answer.isPresent() || failure.isPresent();
    }

    void wake() {
      failure.ifPresentOrElse(sink::error, () -> answer.ifPresent(sink::success));
    }
  }
}
