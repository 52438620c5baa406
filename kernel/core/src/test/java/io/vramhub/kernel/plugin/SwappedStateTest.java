package io.vramhub.kernel.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.DeviceSpec;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.TokenBatch;
import io.vramhub.api.model.TrainingPlan;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.spi.ChainAdapter;
import io.vramhub.api.spi.HubService;
import io.vramhub.api.spi.ServiceProvider;
import io.vramhub.api.spi.TrainingFramework;
import io.vramhub.api.spi.TrainingSession;
import io.vramhub.kernel.NodeEvents;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** What outlives the plugin it began with: a stream of chain events, a training session. */
final class SwappedStateTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final ModelSpec MODEL =
      new ModelSpec(256, 1, 8, 2, 1, 16, 16, 10_000, 10_000, true);
  private static final TokenBatch BATCH = new TokenBatch(1, 2, new int[] {1, 2});

  @TempDir Path home;
  private final MemorySegment parameters = Arena.ofAuto().allocate(8);
  private PluginHost host;

  private void start(String kind, String source) throws IOException {
    build(kind, source, "1.0.0");
    host =
        PluginHost.load(
            List.of(new PluginSource(home.resolve("plugins"), PluginTrust.ANY)),
            home.resolve("run"),
            home.resolve("tiers"),
            Schedulers.parallel(),
            Clock.systemUTC(),
            NodeEvents.none());
  }

  private void build(String kind, String source, String version) throws IOException {
    Files.createDirectories(home.resolve("plugins"));
    new PluginJarBuilder("stateful", version)
        .sources(home, Map.of("stateful.Provider", source))
        .service("io.vramhub.api.spi." + kind + "$Provider", "stateful.Provider")
        .write(home.resolve("plugins/stateful.jar"));
  }

  private Mono<Swapped> swapTo(String kind, String source, String version) throws IOException {
    build(kind, source, version);
    return ((PluginChange.Staged) host.scan().single().block(PATIENCE)).swap().outcome();
  }

  private <T extends HubService> Slot<T> slot(Class<? extends ServiceProvider<T>> kind) {
    return new Slot<>("slot", kind, "stateful", ConfigFactory.empty(), home.resolve("data"));
  }

  @AfterEach
  void stop() {
    host.close().block(PATIENCE);
  }

  @Test
  void streamOfEventsGoesOnWithoutGapOrRepeat() throws IOException {
    start("ChainAdapter", CHAIN);
    ChainAdapter chain = host.chain(slot(ChainAdapter.Provider.class)).block(PATIENCE);
    StepVerifier.create(chain.events(5).map(ChainRecord::sequence), 2)
        .expectNext(5L, 6L)
        .then(
            () -> {
              try {
                swapTo("ChainAdapter", CHAIN, "1.0.1").block(PATIENCE);
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            })
        .thenRequest(3)
        .expectNext(7L, 8L, 9L)
        .thenCancel()
        .verify(PATIENCE);
  }

  private static TrainingPlan plan() {
    return new TrainingPlan(
        List.of(BATCH), new TrainingPlan.AdamW(1e-3f, 0.9f, 0.95f, 1e-8f, 0f, 1f));
  }

  private double steps(TrainingSession session) {
    return session.evaluate(BATCH).block(PATIENCE).mean();
  }

  @Test
  void sessionCarriesItsOptimizerOver() throws IOException {
    start("TrainingFramework", FRAMEWORK);
    TrainingFramework framework =
        host.framework(slot(TrainingFramework.Provider.class)).block(PATIENCE);
    Seat miner = host.seat();
    Mono<TrainingSession> opening = framework.open(MODEL, parameters, new DeviceSpec("cpu", 1));
    TrainingSession session = miner.during(new WindowId(1), opening).block(PATIENCE);
    train(miner, 1, session);
    Mono<Swapped> swap = swapTo("TrainingFramework", FRAMEWORK, "1.0.1");
    train(miner, 1, session);
    assertThat(steps(session)).isEqualTo(2);

    miner.during(new WindowId(2), session.load(parameters).then(trained(session))).block(PATIENCE);
    assertThat(swap.block(PATIENCE).slots()).containsExactly("slot");
    assertThat(steps(session)).as("optimizer steps, all of them").isEqualTo(3);
    assertThat(System.getProperty("fixture.sessions")).as("open sessions").isEqualTo("1");
    Path saved = home.resolve("optimizer.bin");
    session.saveOptimizer(saved).block(PATIENCE);
    assertThat(saved).hasContent("3");
    session.close().block(PATIENCE);
    assertThat(System.clearProperty("fixture.sessions")).isEqualTo("0");
    assertThat(home.resolve("data")).isEmptyDirectory();
    miner.leave();
  }

  private void train(Seat miner, long window, TrainingSession session) {
    miner.during(new WindowId(window), trained(session)).block(PATIENCE);
  }

  private static Mono<Void> trained(TrainingSession session) {
    return session.train(plan()).then();
  }

  /** The owner wants the state after its window, when the old framework has closed the session. */
  @Test
  void stateOfAClosedSessionCanStillBeSaved() throws IOException {
    start("TrainingFramework", FRAMEWORK);
    TrainingFramework framework =
        host.framework(slot(TrainingFramework.Provider.class)).block(PATIENCE);
    TrainingSession session =
        framework.open(MODEL, parameters, new DeviceSpec("cpu", 1)).block(PATIENCE);
    trained(session).block(PATIENCE);
    swapTo("TrainingFramework", FRAMEWORK, "1.0.1").block(PATIENCE);
    Path saved = home.resolve("optimizer.bin");
    session.saveOptimizer(saved).block(PATIENCE);
    assertThat(saved).hasContent("1");
    session.load(parameters).block(PATIENCE);
    assertThat(steps(session)).isEqualTo(1);
    session.close().block(PATIENCE);
    System.clearProperty("fixture.sessions");
  }

  private static final String CHAIN =
      """
      package stateful;

      import io.vramhub.api.model.*;
      import io.vramhub.api.spi.*;
      import reactor.core.publisher.Flux;
      import reactor.core.publisher.Mono;

      public final class Provider implements ChainAdapter.Provider {
        public String name() { return "stateful"; }
        public Mono<ChainAdapter> open(PluginContext context) { return Mono.just(new Chain()); }

        static final class Chain implements ChainAdapter {
          public Mono<ChainHead> head() { return Mono.just(new ChainHead(new NetworkId(Digest.of(new byte[32])), 100, 0)); }
          public Flux<ChainRecord> events(long from) {
            return Flux.generate(
                () -> from,
                (next, sink) -> {
                  sink.next(
                      new ChainRecord(
                          next,
                          0,
                          new ChainEvent.FaucetPaid(
                              new Address(Digest.of(new byte[32])), Coins.whole(1))));
                  return next + 1;
                });
          }
          public Mono<Receipt> submit(Signer signer, ChainCall call, IdempotencyKey key) {
            return Mono.empty();
          }
          public Mono<Void> close() { return Mono.empty(); }
        }
      }
      """;

  /** The optimizer's state is the number of its steps; open sessions are counted. */
  private static final String FRAMEWORK =
      """
      package stateful;

      import io.vramhub.api.model.*;
      import io.vramhub.api.spi.*;
      import java.lang.foreign.MemorySegment;
      import java.nio.file.*;
      import reactor.core.publisher.Flux;
      import reactor.core.publisher.Mono;

      public final class Provider implements TrainingFramework.Provider {
        public String name() { return "stateful"; }
        public Mono<TrainingFramework> open(PluginContext context) {
          return Mono.just(new Framework());
        }

        static void count(int change) {
          int open = Integer.parseInt(System.getProperty("fixture.sessions", "0"));
          System.setProperty("fixture.sessions", Integer.toString(open + change));
        }

        static final class Framework implements TrainingFramework {
          public Mono<TrainingSession> open(
              ModelSpec model, MemorySegment parameters, DeviceSpec device) {
            return Mono.fromSupplier(() -> { count(1); return new Session(); });
          }
          public Mono<Void> close() { return Mono.empty(); }
        }

        static final class Session implements TrainingSession {
          private int steps;

          public Mono<Void> load(MemorySegment parameters) { return Mono.empty(); }
          public Flux<StepReport> train(TrainingPlan plan) {
            return Flux.fromIterable(plan.batches())
                .map(batch -> new StepReport(steps++, 1f, 1));
          }
          public Mono<LossReport> evaluate(TokenBatch batch) {
            return Mono.fromSupplier(() -> new LossReport(steps, 1));
          }
          public Mono<Void> copyParameters(MemorySegment target) { return Mono.empty(); }
          public Mono<Void> saveOptimizer(Path file) {
            return Mono.fromCallable(() -> Files.writeString(file, Integer.toString(steps))).then();
          }
          public Mono<Void> restoreOptimizer(Path file) {
            return Mono.fromCallable(() -> steps = Integer.parseInt(Files.readString(file))).then();
          }
          public Mono<Void> close() { return Mono.fromRunnable(() -> count(-1)); }
        }
      }
      """;
}
