package io.vramhub.seal.server;

import io.vramhub.api.model.ChainHead;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.spi.NodeView;
import io.vramhub.protocol.chain.ChainState;
import java.time.Duration;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * The fold of the node's events. It goes on behind whatever fails: a lost connection is taken up
 * again where it broke. An event that cannot follow ends it for good, and then nothing is answered:
 * a server must not decide by a history it does not understand. It holds the state and no history.
 * Thread-safe.
 */
final class FollowedChain implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FollowedChain.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
  private static final int AHEAD = 256;

  private final NodeView node;
  private final Scheduler blocking;
  private final Scheduler timer;

  /** Guarded by itself. */
  private final ChainState state = new ChainState();

  /** The last sequence folded; every subscriber hears of the newest first. */
  private final Sinks.Many<Long> folded = Sinks.many().replay().latestOrDefault(0L);

  private final Disposable following;

  private FollowedChain(NodeView node, Scheduler blocking, Scheduler timer) {
    this.node = node;
    this.blocking = blocking;
    this.timer = timer;
    this.following = follow();
  }

  /** Follows the node's chain until closed. */
  static FollowedChain of(NodeView node, Scheduler blocking, Scheduler timer) {
    return new FollowedChain(node, blocking, timer);
  }

  private Disposable follow() {
    return Flux.defer(() -> node.events(read(ChainState::sequence) + 1))
        .publishOn(blocking, AHEAD)
        .doOnNext(this::fold)
        .retryWhen(
            Retry.backoff(Long.MAX_VALUE, FIRST_PAUSE)
                .maxBackoff(LONGEST_PAUSE)
                .transientErrors(true)
                .scheduler(timer)
                .filter(failure -> !(failure instanceof HistoryException))
                .doBeforeRetry(
                    retry ->
                        LOG.warn(
                            "The chain's events broke off; the key server takes them up again.",
                            retry.failure())))
        .subscribe(
            ignored -> {},
            failure -> {
              LOG.error("The key server answers no more: it cannot fold the chain.", failure);
              folded.tryEmitError(failure);
            });
  }

  private void fold(ChainRecord next) {
    synchronized (state) {
      try {
        state.apply(next);
      } catch (RuntimeException e) {
        throw new HistoryException(e);
      }
    }
    // One thread emits, so the only refusal is that of a sink that has ended.
    folded.tryEmitNext(next.sequence());
  }

  /** The fold met something that is no history. */
  private static final class HistoryException extends RuntimeException {
    private static final long serialVersionUID = 1;

    HistoryException(RuntimeException cause) {
      super(cause.getMessage(), cause);
    }
  }

  /**
   * The chain's head of now, once the fold has come as far. It never completes while the fold lags,
   * so callers limit it; it fails once the fold has ended.
   */
  Mono<ChainHead> caughtUp() {
    return node.head()
        .flatMap(
            head ->
                folded
                    .asFlux()
                    .filter(sequence -> sequence >= head.sequence())
                    .next()
                    .thenReturn(head));
  }

  /** Reads the state as it is. The function must not wait. */
  <T> T read(Function<ChainState, T> query) {
    synchronized (state) {
      return query.apply(state);
    }
  }

  @Override
  public void close() {
    following.dispose();
  }
}
