package io.vramhub.kernel.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.spi.StorageBackend;
import io.vramhub.kernel.NodeEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** A storage plugin is replaced while roles are in their windows. */
final class SwapTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Config NONE = ConfigFactory.empty();

  @TempDir Path home;
  private final List<NodeEvent> events = new CopyOnWriteArrayList<>();
  private Path jar;
  private PluginHost host;
  private StorageBackend storage;

  @BeforeEach
  void nodeWithStorage() throws IOException {
    Path plugins = Files.createDirectories(home.resolve("plugins"));
    jar = plugins.resolve("storage.jar");
    build("1.0.0");
    System.clearProperty("fixture.closed.swapped");
    start(plugins);
  }

  private void start(Path plugins) {
    host =
        PluginHost.load(
            List.of(new PluginSource(plugins, PluginTrust.ANY)),
            home.resolve("run"),
            home.resolve("tiers"),
            Schedulers.parallel(),
            Clock.systemUTC(),
            events::add);
    storage =
        host.storage(
                new Slot<>(
                    "storage", StorageBackend.Provider.class, "one", NONE, home.resolve("data")))
            .block(PATIENCE);
  }

  @AfterEach
  void stop() {
    host.close().block(PATIENCE);
  }

  private PluginJarBuilder version(String version) throws IOException {
    return PluginJarBuilder.storage(home, "swapped", version, "one");
  }

  private void build(String version) throws IOException {
    write(version(version));
  }

  private void write(PluginJarBuilder built) throws IOException {
    Path next = built.write(home.resolve("next.jar"));
    Files.move(next, jar, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  private PluginChange look() {
    return host.scan().single().block(PATIENCE);
  }

  private Mono<Swapped> stage(String version) throws IOException {
    build(version);
    PluginChange change = look();
    assertThat(change).isInstanceOf(PluginChange.Staged.class);
    return ((PluginChange.Staged) change).swap().outcome();
  }

  /** The version that answers, seen from wherever this is subscribed. */
  private Mono<String> answers() {
    return Mono.defer(() -> ask("1.0.0"))
        .switchIfEmpty(Mono.defer(() -> ask("1.0.1")))
        .switchIfEmpty(Mono.defer(() -> ask("1.0.2")));
  }

  private Mono<String> ask(String version) {
    return storage.stat(new BlobKey("origin/swapped/" + version + "-")).map(found -> version);
  }

  /** A role in a window that it leaves when told, and then answers with the version it saw. */
  private final class Visit {
    private final Sinks.Empty<Void> departure = Sinks.empty();
    private final java.util.concurrent.CompletableFuture<String> seen;

    Visit(Seat seat, long window) {
      seen =
          seat.during(
                  new WindowId(window),
                  answers()
                      .flatMap(
                          atFirst ->
                              departure
                                  .asMono()
                                  .then(answers())
                                  .map(atLast -> atFirst + ".." + atLast)))
              .toFuture();
    }

    String leave() throws Exception {
      departure.tryEmitEmpty().orThrow();
      return seen.get(20, java.util.concurrent.TimeUnit.SECONDS);
    }
  }

  private <T> T in(Seat seat, long window, Mono<T> work) {
    return seat.during(new WindowId(window), work).block(PATIENCE);
  }

  @Test
  void windowEndsWithThePluginItBeganWith() throws Exception {
    Seat miner = host.seat();
    Seat validator = host.seat();
    Visit mining = new Visit(miner, 1);
    Mono<Swapped> swap = stage("1.0.1");
    assertThat(host.slots())
        .singleElement()
        .satisfies(slot -> assertThat(slot.waiting()).contains("swapped 1.0.1"));
    Visit validating = new Visit(validator, 1);
    assertThat(mining.leave()).isEqualTo("1.0.0..1.0.0");

    assertThat(in(miner, 2, answers())).isEqualTo("1.0.1");
    assertThat(answers().block(PATIENCE)).isEqualTo("1.0.1");
    assertThat(System.getProperty("fixture.closed.swapped")).isNull();
    assertThat(validating.leave()).isEqualTo("1.0.0..1.0.0");

    Swapped swapped = swap.block(PATIENCE);
    assertThat(swapped.from()).isEqualTo("swapped 1.0.0");
    assertThat(swapped.to()).isEqualTo("swapped 1.0.1");
    assertThat(swapped.window()).contains(new WindowId(2));
    assertThat(System.clearProperty("fixture.closed.swapped")).isEqualTo("yes");
    assertThat(events).hasSize(1).hasOnlyElementsOfType(NodeEvent.PluginSwapped.class);
  }

  @Test
  void roleThatComesLateToAWindowFindsItsPlugin() throws Exception {
    Seat miner = host.seat();
    Seat validator = host.seat();
    in(miner, 1, answers());
    in(validator, 1, answers());
    in(miner, 2, answers());
    stage("1.0.1");
    assertThat(in(miner, 3, answers())).isEqualTo("1.0.1");
    assertThat(in(validator, 2, answers())).isEqualTo("1.0.0");
    assertThat(in(validator, 3, answers())).isEqualTo("1.0.1");
  }

  @Test
  void swapsAtOnceWhereNoRoleIsInWindows() throws Exception {
    assertThat(stage("1.0.1").block(PATIENCE).window()).isEmpty();
    assertThat(answers().block(PATIENCE)).isEqualTo("1.0.1");
  }

  @Test
  void swapsAtOnceWhenTheLastRoleHasLeft() throws Exception {
    Seat miner = host.seat();
    in(miner, 1, answers());
    miner.leave();
    assertThat(stage("1.0.1").block(PATIENCE).window()).isEmpty();
  }

  @Test
  void newerSwapTakesThePlaceOfOneThatWaits() throws Exception {
    Seat miner = host.seat();
    in(miner, 1, answers());
    Mono<Swapped> first = stage("1.0.1");
    Mono<Swapped> second = stage("1.0.2");
    assertThat(first.materialize().block(PATIENCE).getThrowable())
        .hasMessageContaining("a newer swap of the same slots took its place");
    assertThat(in(miner, 2, answers())).isEqualTo("1.0.2");
    assertThat(second.block(PATIENCE).from()).isEqualTo("swapped 1.0.0");
  }

  @Test
  void jarPutBackBeforeItsWindowCallsTheSwapOff() throws Exception {
    Seat miner = host.seat();
    in(miner, 1, answers());
    Mono<Swapped> swap = stage("1.0.1");
    build("1.0.0");
    assertThat(look()).isInstanceOf(PluginChange.Loaded.class);
    assertThat(swap.materialize().block(PATIENCE).getThrowable())
        .hasMessageContaining("replaced by the one that runs");
    assertThat(in(miner, 2, answers())).isEqualTo("1.0.0");
  }

  @Test
  void waitsForTheWindowItWasAskedFor() throws Exception {
    Seat miner = host.seat();
    in(miner, 1, answers());
    Config other = ConfigFactory.parseString("limit = 1");
    Mono<Swapped> swap =
        host.swap("storage", "one", other, Optional.of(new WindowId(4))).block(PATIENCE).outcome();
    in(miner, 2, answers());
    in(miner, 3, answers());
    assertThat(host.slots().getFirst().waiting()).isPresent();
    in(miner, 4, answers());
    assertThat(swap.block(PATIENCE).window()).contains(new WindowId(4));
    assertThat(host.uncollected()).isEmpty();
  }

  @Test
  void namesTheSlotsThereAre() {
    Throwable refusal =
        host.swap("storag", "one", NONE, Optional.empty()).materialize().block().getThrowable();
    assertThat(refusal).hasMessageContaining("no slot 'storag'").hasMessageContaining("[storage]");
  }

  @Test
  void successorThatDoesNotOpenChangesNothing() throws Exception {
    write(
        new PluginJarBuilder("swapped", "1.0.1")
            .sources(
                home,
                Map.of(
                    "broken.Provider", provider("throw new IllegalStateException(\"no disk\");")))
            .service("io.vramhub.api.spi.StorageBackend$Provider", "broken.Provider"));
    assertThat(look())
        .isInstanceOfSatisfying(
            PluginChange.Refused.class,
            refused -> assertThat(refused.reason()).contains("no disk"));
    assertThat(answers().block(PATIENCE)).isEqualTo("1.0.0");
    assertThat(host.slots().getFirst().waiting()).isEmpty();
  }

  private static String provider(String body) {
    return """
    package broken;
    import io.vramhub.api.spi.*;
    import reactor.core.publisher.Mono;
    public final class Provider implements StorageBackend.Provider {
      public String name() { return "one"; }
      public Mono<StorageBackend> open(PluginContext context) { BODY }
    }
    """
        .replace("BODY", body);
  }

  @Test
  void successorMustProvideWhatItsSlotsNeed() throws Exception {
    write(PluginJarBuilder.storage(home, "swapped", "1.0.1", "two"));
    assertThat(look())
        .isInstanceOfSatisfying(
            PluginChange.Refused.class,
            refused ->
                assertThat(refused.reason())
                    .contains("does not provide StorageBackend 'one' any more", "slot 'storage'"));
    assertThat(answers().block(PATIENCE)).isEqualTo("1.0.0");
  }

  @Test
  void handOverClosesTheOldOneBeforeItOpensTheNew() throws Exception {
    Seat miner = host.seat();
    Seat validator = host.seat();
    Visit validating = new Visit(validator, 1);
    in(miner, 1, answers());
    System.clearProperty("fixture.closed.swapped");
    write(version("1.0.1").manifest("Swap-Mode", "hand-over"));
    assertThat(look()).isInstanceOf(PluginChange.Staged.class);
    Visit mining = new Visit(miner, 2);
    assertThat(mining.seen).isNotDone();
    assertThat(answers().block(PATIENCE)).as("calls outside windows go on").isEqualTo("1.0.0");
    assertThat(validating.leave()).isEqualTo("1.0.0..1.0.0");
    assertThat(mining.leave()).isEqualTo("1.0.1..1.0.1");
    assertThat(System.clearProperty("fixture.closed.swapped")).isEqualTo("yes");
  }

  @Test
  void handOverThatFailsBringsTheOldOneBack() throws Exception {
    Seat miner = host.seat();
    in(miner, 1, answers());
    write(
        new PluginJarBuilder("swapped", "1.0.1")
            .sources(
                home,
                Map.of(
                    "broken.Provider",
                    provider("return Mono.error(new IllegalStateException(\"no lock\"));")))
            .service("io.vramhub.api.spi.StorageBackend$Provider", "broken.Provider")
            .manifest("Swap-Mode", "hand-over"));
    PluginChange.Staged change = (PluginChange.Staged) look();
    assertThat(in(miner, 2, answers())).isEqualTo("1.0.0");
    assertThat(change.swap().outcome().materialize().block(PATIENCE).getThrowable())
        .hasMessageContaining("no lock");
    assertThat(events).hasOnlyElementsOfType(NodeEvent.PluginTrouble.class);
    System.clearProperty("fixture.closed.swapped");
  }

  @Test
  void jarThatVanishesRunsOnAndOneThatMovesIsNoLoss() throws Exception {
    build("1.0.1");
    Files.move(jar, jar.resolveSibling("renamed.jar"));
    assertThat(host.scan().collectList().block(PATIENCE))
        .singleElement()
        .isInstanceOf(PluginChange.Staged.class);
    Files.delete(jar.resolveSibling("renamed.jar"));
    assertThat(look())
        .isInstanceOfSatisfying(
            PluginChange.StillInUse.class,
            change -> assertThat(change.slots()).containsExactly("storage"));
    assertThat(answers().block(PATIENCE)).isEqualTo("1.0.1");
  }

  @Test
  void watcherWaitsUntilAFileIsWhole() throws Exception {
    PluginFolder folder = new PluginFolder(new PluginSource(jar.getParent(), PluginTrust.ANY));
    folder.look(false);
    Files.write(jar, new byte[10]);
    assertThat(folder.look(true).present()).isEmpty();
    Files.write(jar, new byte[20]);
    assertThat(folder.look(true).present()).isEmpty();
    assertThat(folder.look(true).present()).containsExactly(jar);
    assertThat(folder.look(true).present()).isEmpty();
  }

  @Test
  void closingWaitsForWindowsThatRun() throws Exception {
    Seat miner = host.seat();
    Visit mining = new Visit(miner, 1);
    var closing = host.close().toFuture();
    assertThat(closing).isNotDone();
    mining.departure.tryEmitEmpty().orThrow();
    miner.leave();
    closing.get(20, java.util.concurrent.TimeUnit.SECONDS);
    assertThat(storage.stat(new BlobKey("x")).materialize().block().getThrowable())
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PLUGIN_FAILED));
  }

  @Test
  void fiftySwapsLeaveNothingBehind() throws Exception {
    Seat miner = host.seat();
    for (int number = 1; number <= 50; number++) {
      in(miner, number, answers().defaultIfEmpty("other"));
      Mono<Swapped> swap = stage("2.0." + number);
      in(miner, number + 1, answers().defaultIfEmpty("other"));
      swap.block(PATIENCE);
    }
    for (int attempt = 0; attempt < 50 && !host.uncollected().isEmpty(); attempt++) {
      System.gc();
    }
    assertThat(host.uncollected()).isEmpty();
  }

  /** Roles wander through windows as they like while versions change: no window sees two. */
  @Test
  void noWindowSeesTwoVersionsWhateverTheOrder() throws Exception {
    Random random = new Random(11);
    List<Seat> seats = new ArrayList<>();
    Map<Seat, Long> at = new HashMap<>();
    for (int role = 0; role < 4; role++) {
      seats.add(host.seat());
      at.put(seats.getLast(), 0L);
    }
    Map<Long, Set<String>> seen = new HashMap<>();
    Map<Seat, Visit> inside = new HashMap<>();
    long clock = 1;
    for (int step = 0; step < 300; step++) {
      Seat seat = seats.get(random.nextInt(seats.size()));
      if (random.nextInt(12) == 0) {
        build("1.0." + random.nextInt(3));
        host.scan().blockLast(PATIENCE);
      }
      Visit visit = inside.remove(seat);
      if (visit != null) {
        seen.computeIfAbsent(at.get(seat), window -> new HashSet<>()).add(visit.leave());
      } else if (at.get(seat) < clock) {
        long next = at.get(seat) + 1;
        at.put(seat, next);
        inside.put(seat, new Visit(seat, next));
      } else {
        clock++;
      }
    }
    for (var visit : inside.entrySet()) {
      seen.computeIfAbsent(at.get(visit.getKey()), window -> new HashSet<>())
          .add(visit.getValue().leave());
    }
    assertThat(seen).hasSizeGreaterThan(20);
    assertThat(seen.values())
        .allSatisfy(
            versions ->
                assertThat(versions)
                    .singleElement()
                    .satisfies(
                        pair -> assertThat(pair.split("\\.\\.")[0]).isEqualTo(pair.substring(7))));
    seats.forEach(Seat::leave);
  }
}
