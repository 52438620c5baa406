package io.vramhub.seal.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobInfo;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.ByteRange;
import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.ChainHead;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.Coins;
import io.vramhub.api.spi.NodeView;
import io.vramhub.protocol.chain.ChainState;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

final class FollowedChainTest {
  private final Network network = Network.small();
  private final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
  private final List<Long> asked = new ArrayList<>();

  @AfterEach
  void stop() {
    timer.dispose();
  }

  /** Follows, on the caller's thread, what the function gives from a sequence on. */
  private FollowedChain follow(LongFunction<Flux<ChainRecord>> events) {
    NodeView node = network.node();
    return FollowedChain.of(
        new NodeView() {
          @Override
          public Mono<ChainHead> head() {
            return node.head();
          }

          @Override
          public Flux<ChainRecord> events(long fromSequence) {
            asked.add(fromSequence);
            return events.apply(fromSequence);
          }

          @Override
          public Flux<ByteBuffer> read(BlobRef ref, ByteRange range) {
            return node.read(ref, range);
          }

          @Override
          public Mono<BlobInfo> stat(BlobKey key) {
            return node.stat(key);
          }
        },
        Schedulers.immediate(),
        timer);
  }

  @Test
  void itIsCaughtUpOnceItHasFoldedWhatWasThere() {
    try (FollowedChain chain = follow(network.node()::events)) {
      StepVerifier.create(chain.caughtUp().map(ChainHead::sequence))
          .expectNext(chain.read(ChainState::sequence))
          .verifyComplete();
      assertThat(chain.read(ChainState::network)).isEqualTo(Network.ID);
    }
  }

  @Test
  void whoeverAsksWhileItLagsWaitsUntilItHasComeAsFar() {
    long head = network.node().head().map(ChainHead::sequence).blockOptional().orElseThrow();
    var late = Sinks.<Boolean>one();
    try (FollowedChain chain =
        follow(
            from ->
                network
                    .node()
                    .events(from)
                    .take(3)
                    .concatWith(late.asMono().thenMany(network.node().events(from + 3))))) {
      StepVerifier.create(chain.caughtUp())
          .expectSubscription()
          .then(() -> assertThat(chain.read(ChainState::sequence)).isEqualTo(3))
          .then(() -> late.tryEmitValue(true).orThrow())
          .expectNextMatches(known -> known.sequence() == head)
          .verifyComplete();
    }
  }

  @Test
  void aConnectionThatBreaksIsTakenUpWhereItBroke() {
    HubException broken = new HubException(ErrorCode.CHAIN_UNAVAILABLE, "the line was cut");
    try (FollowedChain chain =
        follow(
            from ->
                asked.size() == 1
                    ? network.node().events(from).take(4).concatWith(Flux.error(broken))
                    : network.node().events(from))) {
      assertThat(chain.read(ChainState::sequence)).isEqualTo(4);
      timer.advanceTimeBy(Duration.ofSeconds(1));
      assertThat(asked).containsExactly(1L, 5L);
      StepVerifier.create(chain.caughtUp()).expectNextCount(1).verifyComplete();
    }
  }

  @Test
  void aHistoryThatCannotBeEndsItForGood() {
    ChainRecord gap =
        new ChainRecord(
            99, 99_000, new ChainEvent.FaucetPaid(Network.validator(1).address(), Coins.whole(1)));
    try (FollowedChain chain =
        follow(from -> network.node().events(from).take(4).concatWith(Flux.just(gap)))) {
      timer.advanceTimeBy(Duration.ofHours(1));
      assertThat(asked).containsExactly(1L);
      StepVerifier.create(chain.caughtUp())
          .expectErrorMatches(failure -> failure.getMessage().contains("expected sequence 5"))
          .verify();
    }
  }
}
