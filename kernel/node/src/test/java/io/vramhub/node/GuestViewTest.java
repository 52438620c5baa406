package io.vramhub.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobInfo;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.ByteRange;
import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.ChainHead;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.IdempotencyKey;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.Receipt;
import io.vramhub.api.spi.ChainAdapter;
import io.vramhub.api.spi.Signer;
import io.vramhub.kernel.Backoff;
import io.vramhub.node.fixture.FixtureStorage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class GuestViewTest {
  private static final BlobRef BLOB = new BlobRef(new BlobKey("a"), Digest.ZERO, 3);

  private final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
  private final FlakyChain chain = new FlakyChain();
  private final GuestView view =
      new GuestView(
          chain,
          Optional.of(new FixtureStorage()),
          new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5), timer, 1));

  @AfterEach
  void dispose() {
    timer.dispose();
  }

  @Test
  void aGuestGetsEveryEventOnceThoughTheChainIsLostAgainAndAgain() {
    StepVerifier.create(view.events(3).map(ChainRecord::sequence).take(6))
        .then(() -> timer.advanceTimeBy(Duration.ofMinutes(1)))
        .expectNext(3L, 4L, 5L, 6L, 7L, 8L)
        .verifyComplete();
    assertThat(chain.asked).containsExactly(3L, 5L, 7L);
  }

  @Test
  void aChainThatIsCorruptIsNotAskedAgain() {
    chain.loss = ErrorCode.CHAIN_CORRUPT;

    StepVerifier.create(view.events(1).map(ChainRecord::sequence))
        .expectNext(1L, 2L)
        .expectErrorMessage("lost")
        .verify();
  }

  @Test
  void theRestIsTheNodesOwn() {
    assertThat(view.head().map(ChainHead::sequence).block()).isEqualTo(10);
    assertThat(view.stat(BLOB.key()).block()).isEqualTo(new BlobInfo(BLOB.key(), 3));
    assertThat(view.read(BLOB, new ByteRange(0, 3)).blockFirst().remaining()).isEqualTo(3);
  }

  /** A chain of ten events that gives out two at a time, and then is lost or just ends. */
  private static final class FlakyChain implements ChainAdapter {
    private final List<Long> asked = new ArrayList<>();
    private ErrorCode loss = ErrorCode.CHAIN_UNAVAILABLE;

    @Override
    public Mono<ChainHead> head() {
      return Mono.just(new ChainHead(new NetworkId(Digest.ZERO), 10, 10));
    }

    @Override
    public Flux<ChainRecord> events(long fromSequence) {
      asked.add(fromSequence);
      // One event of overlap, as a reconnect may bring.
      Flux<ChainRecord> some =
          Flux.fromStream(
              LongStream.rangeClosed(Math.max(1, fromSequence - 1), fromSequence + 1)
                  .mapToObj(
                      number ->
                          new ChainRecord(
                              number, number, new ChainEvent.MinerLeft(new MinerUid(1), 0))));
      return asked.size() % 2 == 0
          ? some
          : some.concatWith(Mono.error(new HubException(loss, "lost")));
    }

    @Override
    public Mono<Receipt> submit(Signer signer, ChainCall call, IdempotencyKey key) {
      return Mono.error(new AssertionError("a guest cannot act"));
    }

    @Override
    public Mono<Void> close() {
      return Mono.empty();
    }
  }
}
