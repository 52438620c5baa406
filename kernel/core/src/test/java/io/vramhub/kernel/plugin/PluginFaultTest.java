package io.vramhub.kernel.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobInfo;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.spi.StorageBackend;
import io.vramhub.kernel.NodeEvents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** A plugin does what no plugin may; the node goes on. */
final class PluginFaultTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path home;
  private PluginHost host;
  private StorageBackend storage;

  @BeforeEach
  void nodeWithFaultyStorage() throws IOException {
    Path plugins = Files.createDirectories(home.resolve("plugins"));
    new PluginJarBuilder("faulty", "1.0.0")
        .sources(home, Map.of("faulty.Provider", PROVIDER))
        .service("io.vramhub.api.spi.StorageBackend$Provider", "faulty.Provider")
        .write(plugins.resolve("faulty.jar"));
    host =
        PluginHost.load(
            List.of(new PluginSource(plugins, PluginTrust.ANY)),
            home.resolve("run"),
            home.resolve("tiers"),
            Schedulers.parallel(),
            Clock.systemUTC(),
            NodeEvents.none());
    storage =
        host.storage(
                new Slot<>(
                    "storage",
                    StorageBackend.Provider.class,
                    "faulty",
                    ConfigFactory.empty(),
                    home.resolve("data")))
            .block(PATIENCE);
  }

  @AfterEach
  void stop() {
    host.close().block(PATIENCE);
  }

  private Mono<BlobInfo> stat(String fault) {
    return storage.stat(new BlobKey(fault));
  }

  @ParameterizedTest
  @CsvSource({
    "throw, IllegalStateException: thrown",
    "missing-class, NoClassDefFoundError: gone/Library",
    "memory, OutOfMemoryError",
    "deep, StackOverflowError",
    "null, it returned null",
    "error, IllegalStateException: signalled",
  })
  void whateverItThrowsIsAnErrorOfTheCall(String fault, String message) {
    assertThat(stat(fault).materialize().block(PATIENCE).getThrowable())
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PLUGIN_FAILED))
        .hasMessageContaining("plugin faulty 1.0.0 failed in stat")
        .hasMessageContaining(message);
    assertThat(stat("well").block(PATIENCE)).isNotNull();
  }

  @Test
  void callThatHangsEndsWithItsWindowAndHoldsUpNoOther() {
    Seat role = host.seat();
    Sinks.Empty<Void> deadline = Sinks.empty();
    var hanging =
        role.during(new WindowId(1), stat("hang"))
            .timeout(deadline.asMono())
            .materialize()
            .toFuture();
    assertThat(stat("well").block(PATIENCE)).isNotNull();
    assertThat(hanging).isNotDone();
    deadline.tryEmitEmpty().orThrow();
    assertThat(hanging.join().getThrowable())
        .isInstanceOf(java.util.concurrent.TimeoutException.class);
    assertThat(role.during(new WindowId(2), stat("well")).block(PATIENCE)).isNotNull();
    role.leave();
  }

  /** All its threads sleep, deaf to interruption: only this plugin is lost. */
  @Test
  void pluginWhoseThreadsAllHangCanBeReplaced() throws IOException {
    for (int thread = 0; thread < 40; thread++) {
      stat("deaf").timeout(Mono.empty()).materialize().block(PATIENCE);
    }
    new PluginJarBuilder("faulty", "1.0.1")
        .sources(home, Map.of("faulty.Provider", PROVIDER))
        .service("io.vramhub.api.spi.StorageBackend$Provider", "faulty.Provider")
        .write(home.resolve("plugins/faulty.jar"));
    PluginChange change = host.scan().single().block(PATIENCE);
    assertThat(change).isInstanceOf(PluginChange.Staged.class);
    assertThat(stat("well").block(PATIENCE)).isNotNull();
    assertThat(((PluginChange.Staged) change).swap().outcome().block(PATIENCE).to())
        .isEqualTo("faulty 1.0.1");
    System.setProperty("fixture.release", "now");
  }

  private static final String PROVIDER =
      """
      package faulty;

      import io.vramhub.api.model.*;
      import io.vramhub.api.spi.*;
      import java.nio.ByteBuffer;
      import reactor.core.publisher.Flux;
      import reactor.core.publisher.Mono;

      public final class Provider implements StorageBackend.Provider {
        public String name() { return "faulty"; }
        public Mono<StorageBackend> open(PluginContext context) { return Mono.just(new Storage()); }

        static final class Storage implements StorageBackend {
          public Mono<BlobRef> put(BlobKey key, BlobSource source) { return Mono.empty(); }
          public Flux<ByteBuffer> read(BlobRef ref, ByteRange range) { return Flux.empty(); }
          public Mono<BlobInfo> stat(BlobKey key) {
            switch (key.name()) {
              case "throw": throw new IllegalStateException("thrown");
              case "missing-class": throw new NoClassDefFoundError("gone/Library");
              case "memory": return Mono.just(new BlobInfo(key, new long[Integer.MAX_VALUE].length));
              case "deep": return stat(new BlobKey(key.name()));
              case "null": return null;
              case "error": return Mono.error(new IllegalStateException("signalled"));
              case "hang": return Mono.fromCallable(() -> { sleep(); return null; });
              case "deaf": return Mono.fromCallable(() -> { deaf(); return null; });
              default: return Mono.just(new BlobInfo(key, 1));
            }
          }
          private static void sleep() throws InterruptedException {
            new java.util.concurrent.CountDownLatch(1).await();
          }
          private static void deaf() {
            while (System.getProperty("fixture.release") == null) {
              java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
              Thread.interrupted();
            }
          }
          public Flux<BlobInfo> list(String prefix) { return Flux.empty(); }
          public Mono<Void> delete(BlobKey key) { return Mono.empty(); }
          public Mono<Void> close() { return Mono.empty(); }
        }
      }
      """;
}
