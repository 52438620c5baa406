package io.vramhub.kernel.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.vramhub.api.model.BlobInfo;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.ByteRange;
import io.vramhub.api.model.HttpCall;
import io.vramhub.api.model.HttpReply;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.PayoutShares;
import io.vramhub.api.model.Rating;
import io.vramhub.api.model.RatingRound;
import io.vramhub.api.model.RatingRound.Entrant;
import io.vramhub.api.model.Standing;
import io.vramhub.api.spi.HubService;
import io.vramhub.api.spi.NodeService;
import io.vramhub.api.spi.RatingAlgorithm;
import io.vramhub.api.spi.ServiceProvider;
import io.vramhub.api.spi.StorageBackend;
import io.vramhub.tck.TestNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The very jars that were built against earlier APIs; see {@code src/test/old-plugins}. */
final class OldPluginsTest {
  private static final BlobKey KEY = new BlobKey("a/b");

  @TempDir Path home;
  private PluginHost host;
  private final List<Object> events = new ArrayList<>();

  @BeforeEach
  void load() throws IOException {
    Path plugins = Files.createDirectories(home.resolve("plugins"));
    try (InputStream jar = getClass().getResourceAsStream("/old-plugins/1.0.0.jar")) {
      Files.copy(jar, plugins.resolve("relic.jar"));
    }
    host =
        PluginHost.load(
            List.of(new PluginSource(plugins, PluginTrust.ANY)),
            home.resolve("run"),
            home.resolve("tiers"),
            Schedulers.parallel(),
            Clock.fixed(Instant.EPOCH, ZoneOffset.UTC),
            events::add);
  }

  @AfterEach
  void close() {
    host.close().block();
  }

  private <T extends HubService> Slot<T> slot(Class<? extends ServiceProvider<T>> kind) {
    return new Slot<>(
        "relic", kind, "relic", ConfigFactory.empty(), home.resolve("data"), Optional.of(node));
  }

  private final TestNode node = new TestNode();

  @Test
  void aStorageOfTheFirstApiStores() {
    StorageBackend storage = host.storage(slot(StorageBackend.Provider.class)).block();
    BlobRef ref = storage.put(KEY, BlobSource.of(new byte[] {1, 2, 3})).block();
    assertThat(storage.read(ref, ByteRange.whole(ref)).map(ByteBuffer::remaining).blockLast())
        .isEqualTo(3);
    assertThat(storage.list("a/").collectList().block()).containsExactly(new BlobInfo(KEY, 3));
    assertThat(storage.delete(KEY).then(storage.stat(KEY)).blockOptional()).isEmpty();
  }

  @Test
  void aRatingOfTheFirstApiRates() {
    ServiceSlot<RatingAlgorithm> rating = host.rating(slot(RatingAlgorithm.Provider.class)).block();
    MinerUid miner = new MinerUid(1);
    RatingRound round = new RatingRound(List.of(new Entrant(miner, Rating.INITIAL, 1)));
    PayoutShares shares =
        rating
            .use(
                algorithm ->
                    Mono.fromSupplier(
                        () -> {
                          Rating after = algorithm.update(round).ratings().get(miner);
                          return algorithm.shares(List.of(new Standing(miner, after, true)));
                        }))
            .block();
    assertThat(shares.nanos()).containsExactly(Map.entry(miner, PayoutShares.WHOLE));
  }

  @Test
  void aGuestOfTheFirstApiAnswers() {
    NodeService guest = host.nodeService(slot(NodeService.Provider.class)).block();
    HttpReply reply =
        guest
            .answer(new HttpCall("GET", "/hi", new TreeMap<>(), new TreeMap<>(), Flux.empty()))
            .block();
    assertThat(reply.status()).isEqualTo(200);
    String body =
        reply.body().map(bytes -> StandardCharsets.UTF_8.decode(bytes).toString()).blockLast();
    assertThat(body).isEqualTo("/hi at event 0");
  }
}
