package io.vramhub.kernel.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.ChainHead;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.IdempotencyKey;
import io.vramhub.api.model.Receipt;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.spi.ChainAdapter;
import io.vramhub.api.spi.Signer;
import io.vramhub.kernel.Backoff;
import io.vramhub.kernel.NodeEvent;
import io.vramhub.kernel.fake.FakeChain;
import io.vramhub.kernel.fake.TestNetwork;
import io.vramhub.protocol.chain.ChainState;
import io.vramhub.tck.TestSigner;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

final class ChainFollowerTest {
  private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

  @TempDir Path home;
  private TestNetwork network;
  private FakeChain chain;
  private ChainFollower follower;
  private final List<Throwable> errors = new ArrayList<>();

  @BeforeEach
  void start() {
    network = new TestNetwork(home, 1, 1);
    chain = network.chain();
    follower = network.startObserver("node").services().follower();
  }

  @AfterEach
  void close() {
    network.close();
  }

  private void open(long window) {
    network.until(window, 0);
    TestSigner anyone = new TestSigner("anyone");
    WindowId id = new WindowId(window);
    chain
        .submit(
            anyone, new ChainCall.OpenWindow(id), new IdempotencyKey(anyone.address(), id, "open"))
        .block();
  }

  private boolean knowsWindowOne() {
    return follower.read(state -> state.window(new WindowId(1)).isPresent());
  }

  @Test
  void foldsWhatHappened() {
    assertThat(follower.read(ChainState::sequence)).isEqualTo(chain.state().sequence());
    open(1);
    assertThat(knowsWindowOne()).isTrue();
    assertThat(follower.time().nowMs()).isEqualTo(chain.timeMs());
  }

  @Test
  void wakesThoseWhoWait() {
    List<WindowId> seen = new ArrayList<>();
    follower
        .when(state -> state.window(new WindowId(1)))
        .subscribe(record -> seen.add(record.window()));
    network.pass(Duration.ofSeconds(1));
    assertThat(seen).isEmpty();
    open(1);
    network.pass(Duration.ZERO);
    assertThat(seen).containsExactly(new WindowId(1));
  }

  @Test
  void answersAtOnceWhatIsKnown() {
    List<Long> seen = new ArrayList<>();
    follower.when(state -> Optional.of(state.sequence())).subscribe(seen::add);
    network.pass(Duration.ZERO);
    assertThat(seen).containsExactly(chain.state().sequence());
  }

  @Test
  void asksNoMoreOnceCancelled() {
    List<Long> asked = new ArrayList<>();
    Disposable waiting =
        follower
            .<Long>when(
                state -> {
                  asked.add(state.sequence());
                  return Optional.empty();
                })
            .subscribe();
    waiting.dispose();
    int before = asked.size();
    open(1);
    assertThat(asked).hasSize(before);
  }

  @Test
  void handsAFailingQuestionToWhoAskedIt() {
    follower
        .when(
            state -> {
              throw new IllegalStateException("bad question");
            })
        .subscribe(unused -> {}, errors::add);
    network.pass(Duration.ZERO);
    assertThat(errors).singleElement().asString().contains("bad question");
    open(1);
    assertThat(knowsWindowOne()).isTrue();
  }

  @Test
  void reconnectsWhereItWas() {
    network.until(1, 0);
    chain.disconnect();
    open(1);
    assertThat(knowsWindowOne()).isFalse();
    network.pass(Duration.ofSeconds(5));
    assertThat(knowsWindowOne()).isTrue();
    assertThat(network.events(NodeEvent.ChainLost.class)).hasSize(1);
  }

  @Test
  void warnsOnceThatTheClockIsFarOff() {
    network.pass(Duration.ofMinutes(1));
    assertThat(network.events(NodeEvent.ClockSkewed.class)).hasSize(1);
  }

  /** A chain whose second event never comes, and whose third does. */
  private record Gapped(FakeChain real) implements ChainAdapter {
    @Override
    public Mono<ChainHead> head() {
      return real.head();
    }

    @Override
    public Flux<ChainRecord> events(long fromSequence) {
      return Flux.fromIterable(real.records())
          .filter(record -> record.sequence() != 2)
          .concatWith(Flux.never());
    }

    @Override
    public Mono<Receipt> submit(Signer signer, ChainCall call, IdempotencyKey key) {
      return Mono.never();
    }

    @Override
    public Mono<Void> close() {
      return Mono.empty();
    }
  }

  @Test
  void endsOverARecordThatCannotBe() {
    VirtualTimeScheduler timer = VirtualTimeScheduler.create();
    ChainFollower misled =
        new ChainFollower(
            new Gapped(chain),
            new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1), timer, 1),
            timer,
            CLOCK,
            event -> {});
    misled.run().subscribe(unused -> {}, errors::add);
    timer.advanceTimeBy(Duration.ofMinutes(1));
    assertThat(errors)
        .singleElement()
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CHAIN_CORRUPT));
    timer.dispose();
  }

  @Test
  void isCaughtUpOnlyWithEverythingThatHadHappened() {
    open(1);
    VirtualTimeScheduler timer = VirtualTimeScheduler.create();
    ChainFollower late =
        new ChainFollower(
            chain,
            new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1), timer, 1),
            timer,
            CLOCK,
            event -> {});
    List<Long> sequences = new ArrayList<>();
    late.caughtUp()
        .subscribe(unused -> {}, errors::add, () -> sequences.add(late.read(ChainState::sequence)));
    timer.advanceTimeBy(Duration.ofSeconds(1));
    assertThat(sequences).isEmpty();
    Disposable following = late.run().subscribe();
    timer.advanceTimeBy(Duration.ofSeconds(1));
    assertThat(sequences).containsExactly(chain.state().sequence());
    following.dispose();
    timer.dispose();
  }
}
