package io.vramhub.vramscan;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.ErrorKind;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.ChainHead;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.spi.NodeView;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * Follows the node's chain from the last event in the database, a batch a transaction. What fails
 * for a while is tried again from there; what cannot be the same chain, or no history at all, stops
 * it with a reason.
 */
final class Indexer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Indexer.class);
  private static final int BATCH = 1_000;
  private static final Duration LINGER = Duration.ofMillis(20);
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  private final NodeView node;
  private final Database database;
  private final Scheduler blocking;
  private final Scheduler timer;
  private final BiConsumer<Head, List<ChainRecord>> listener;
  private final Disposable.Swap following = Disposables.swap();
  private volatile Head head;
  private volatile Optional<String> problem = Optional.empty();
  private volatile boolean stopped;

  /**
   * @param listener called with each batch once it can be read; one at a time
   */
  Indexer(
      NodeView node,
      Database database,
      Scheduler blocking,
      Scheduler timer,
      BiConsumer<Head, List<ChainRecord>> listener) {
    this.node = node;
    this.database = database;
    this.blocking = blocking;
    this.timer = timer;
    this.listener = listener;
    this.head = database.read(Head::read);
  }

  /** What is in the database. */
  Head head() {
    return head;
  }

  /** Why nothing is indexed at the moment. */
  Optional<String> problem() {
    return problem;
  }

  /** Whether the problem is one that only the operator can solve. */
  boolean stopped() {
    return stopped;
  }

  /** Checks that the database is of the node's chain, and follows it until closed. */
  void start() {
    following.update(
        Mono.defer(this::requireSameChain)
            .thenMany(Flux.defer(this::follow))
            .retryWhen(
                Retry.backoff(Long.MAX_VALUE, PAUSE)
                    .maxBackoff(LONGEST_PAUSE)
                    .scheduler(timer)
                    .filter(Indexer::passes)
                    .doBeforeRetry(signal -> interrupted(signal.failure())))
            .subscribe(ignored -> {}, this::stop));
  }

  private static boolean passes(Throwable failure) {
    return failure instanceof HubException hub
        && (hub.code().kind() == ErrorKind.TRANSIENT || hub.code() == ErrorCode.DISK);
  }

  private void interrupted(Throwable failure) {
    problem = Optional.of(String.valueOf(failure.getMessage()));
    LOG.warn("indexing is interrupted and will be resumed: {}", failure.getMessage());
  }

  private void stop(Throwable failure) {
    problem = Optional.of(String.valueOf(failure.getMessage()));
    stopped = true;
    LOG.error("indexing has stopped; what is indexed is still served", failure);
  }

  private Flux<Head> follow() {
    return node.events(head.height() + 1)
        .bufferTimeout(BATCH, LINGER, timer, true)
        .concatMap(batch -> Uninterrupted.on(blocking, () -> index(batch)), 1);
  }

  private Head index(List<ChainRecord> batch) {
    Head reached =
        database.write(
            session -> {
              Projection projection = new Projection(session);
              for (ChainRecord happened : batch) {
                projection.apply(happened);
              }
              return Head.read(session);
            });
    head = reached;
    problem = Optional.empty();
    listener.accept(reached, batch);
    return reached;
  }

  private Mono<Void> requireSameChain() {
    if (head.height() == 0) {
      return Mono.empty();
    }
    return node.head().flatMap(this::requireSameChain);
  }

  private Mono<Void> requireSameChain(ChainHead chain) {
    if (!chain.network().digest().hex().equals(head.network())) {
      return Mono.error(
          otherChain("of network " + head.network() + ", the node's is " + chain.network()));
    }
    if (chain.sequence() < head.height()) {
      return Mono.error(
          otherChain(
              "at event "
                  + head.height()
                  + ", the node's chain of the same network ends at "
                  + chain.sequence()));
    }
    return node.events(head.height())
        .next()
        .flatMap(last -> Uninterrupted.on(blocking, () -> requireIndexed(last)))
        .then();
  }

  private boolean requireIndexed(ChainRecord last) {
    String body = ApiJson.text(last.event());
    boolean same =
        database.read(
            session ->
                session
                    .first(
                        "SELECT kind, time_ms, body FROM chain_event WHERE sequence = ?",
                        row ->
                            row.number("time_ms") == last.timeMs()
                                && row.text("kind").equals(Projection.kind(last.event()))
                                && row.text("body").equals(body),
                        last.sequence())
                    .orElse(false));
    if (!same) {
      throw otherChain("of another history: event " + last.sequence() + " differs");
    }
    return true;
  }

  private static HubException otherChain(String difference) {
    return new HubException(
        ErrorCode.CONFIG_INVALID,
        "VRAMScan's database is "
            + difference
            + ". Name another 'database', or start once with 'rebuild = true' to index this chain"
            + " from its first event");
  }

  /** Follows no more; a batch that is being written is written or given up as a whole. */
  @Override
  public void close() {
    following.dispose();
  }
}
