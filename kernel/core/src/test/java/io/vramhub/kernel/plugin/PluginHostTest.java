package io.vramhub.kernel.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.spi.StorageBackend;
import io.vramhub.kernel.NodeEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

final class PluginHostTest {
  private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
  private static final Config NONE = ConfigFactory.empty();

  @TempDir Path home;
  private Path plugins;
  private final List<PluginHost> open = new ArrayList<>();
  private final List<NodeEvent> events = new CopyOnWriteArrayList<>();

  @BeforeEach
  void directories() throws IOException {
    plugins = Files.createDirectories(home.resolve("plugins"));
  }

  @AfterEach
  void close() {
    open.forEach(host -> host.close().block());
  }

  private PluginHost load() {
    PluginHost host =
        PluginHost.load(
            List.of(new PluginSource(plugins, PluginTrust.ANY)),
            home.resolve("run"),
            home.resolve("tiers"),
            Schedulers.parallel(),
            CLOCK,
            events::add);
    open.add(host);
    return host;
  }

  private StorageBackend storage(PluginHost host, String name) {
    return host.storage(slot(name, NONE)).block();
  }

  private Slot<StorageBackend> slot(String name, Config settings) {
    return new Slot<>(
        "storage", StorageBackend.Provider.class, name, settings, home.resolve("data"));
  }

  private static boolean says(StorageBackend fixture, String question) {
    return fixture.stat(new BlobKey(question)).hasElement().block();
  }

  private PluginJarBuilder builder() throws IOException {
    return PluginJarBuilder.storage(home, "storage-one", "1.2.3", "one");
  }

  /** The node starts, without the plugin and with the reason told. */
  private void refused(String... reasons) {
    events.clear();
    PluginHost host = load();
    assertThat(events)
        .singleElement()
        .isInstanceOfSatisfying(
            NodeEvent.PluginRefused.class,
            refusal -> assertThat(refusal.reason()).contains(reasons));
    host.close().block();
    open.remove(host);
  }

  @Test
  void opensServiceFromItsOwnCopy() throws IOException {
    builder().write(plugins.resolve("one.jar"));
    PluginHost host = load();
    StorageBackend storage = storage(host, "one");
    assertThat(says(storage, "origin/run/generations/storage-one/1.2.3-")).isTrue();
    assertThat(says(storage, "data-directory")).isTrue();
    assertThat(host.list())
        .singleElement()
        .satisfies(
            info -> {
              assertThat(info.id()).isEqualTo("storage-one");
              assertThat(info.version()).isEqualTo("1.2.3");
              assertThat(info.providers())
                  .containsExactly(new PluginInfo.Provider("StorageBackend", "one"));
            });
  }

  @Test
  void hidesKernelAndOtherPluginsButSharesTheApi() throws IOException {
    builder().write(plugins.resolve("one.jar"));
    new PluginJarBuilder("storage-two", "1.0.0")
        .sources(home, Map.of("other.Hidden", "package other; public final class Hidden {}"))
        .sources(home, Map.of("two.Provider", twoProvider()))
        .service("io.vramhub.api.spi.StorageBackend$Provider", "two.Provider")
        .write(plugins.resolve("two.jar"));
    StorageBackend storage = storage(load(), "one");
    assertThat(says(storage, "class/io.vramhub.kernel.Backoff")).isFalse();
    assertThat(says(storage, "class/other.Hidden")).isFalse();
    assertThat(says(storage, "class/org.assertj.core.api.Assertions")).isFalse();
    assertThat(says(storage, "class/io.vramhub.protocol.message.BcsReader")).isTrue();
    assertThat(says(storage, "class/java.sql.Connection")).isTrue();
    assertThat(says(storage, "context-is-mine")).isTrue();
  }

  private static String twoProvider() {
    return """
    package two;
    import io.vramhub.api.spi.*;
    import reactor.core.publisher.Mono;
    public final class Provider implements StorageBackend.Provider {
      public String name() { return "two"; }
      public Mono<StorageBackend> open(PluginContext context) { return Mono.never(); }
    }
    """;
  }

  @Test
  void findsNestedLibraries() throws IOException {
    byte[] library =
        PluginJarBuilder.library(
            home, Map.of("library.Helper", "package library; public final class Helper {}"));
    builder().entry("META-INF/lib/helper-1.0.jar", library).write(plugins.resolve("one.jar"));
    assertThat(says(storage(load(), "one"), "class/library.Helper")).isTrue();
  }

  @Test
  void putsTierAboveTheGenerationAndMakesItTheContextLoader() throws IOException {
    Path tier = Files.createDirectories(home.resolve("tiers/toy-1.0"));
    Files.write(
        tier.resolve("toy.jar"),
        PluginJarBuilder.library(
            home, Map.of("toy.Engine", "package toy; public class Engine {}")));
    builder().manifest("Native-Tier", "toy/1.0").write(plugins.resolve("one.jar"));
    StorageBackend storage = storage(load(), "one");
    assertThat(says(storage, "class/toy.Engine")).isTrue();
    assertThat(says(storage, "context-is-parent")).isTrue();
    assertThat(says(storage, "class/io.vramhub.kernel.Backoff")).isFalse();

    Files.createDirectories(home.resolve("tiers/toy-2.0"));
    builder().manifest("Native-Tier", "toy/2.0").write(plugins.resolve("one.jar"));
    Files.write(home.resolve("tiers/toy-2.0/toy.jar"), Files.readAllBytes(tier.resolve("toy.jar")));
    refused("[NATIVE_TIER_CLASH]", "already runs toy/1.0", "Restart the node");
  }

  @Test
  void tellsOfMissingTier() throws IOException {
    builder().manifest("Native-Tier", "absent/9.9").write(plugins.resolve("one.jar"));
    refused("[NATIVE_TIER_MISSING]", "native tier absent/9.9, which is not installed");
  }

  @Test
  void suggestsNearestName() throws IOException {
    builder().write(plugins.resolve("one.jar"));
    assertThatThrownBy(() -> storage(load(), "on"))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("no plugin provides StorageBackend 'on'. Did you mean 'one'?");
  }

  @Test
  void namesProviderThatThrows() throws IOException {
    builder().write(plugins.resolve("one.jar"));
    PluginHost host = load();
    Config failing = ConfigFactory.parseString("fail = boom");
    StepVerifier.create(host.storage(slot("one", failing)))
        .expectErrorSatisfies(
            e ->
                assertThat(e)
                    .isInstanceOf(HubException.class)
                    .hasMessageContaining("StorageBackend 'one' failed to open")
                    .hasMessageContaining("boom"))
        .verify();
  }

  @Test
  void refusesTwoJarsOfOnePlugin() throws IOException {
    builder().write(plugins.resolve("a.jar"));
    builder().write(plugins.resolve("b.jar"));
    refused("b.jar is refused [DUPLICATE_ID]", "it is plugin 'storage-one', and so is", "a.jar");
  }

  @Test
  void refusesAmbiguousName() throws IOException {
    builder().write(plugins.resolve("a.jar"));
    PluginJarBuilder.storage(home, "storage-other", "1.0.0", "one").write(plugins.resolve("b.jar"));
    PluginHost host = load();
    assertThatThrownBy(() -> storage(host, "one"))
        .hasMessageContaining("several plugins provide StorageBackend 'one'");
  }

  @Test
  void survivesJarsBeingOverwrittenWhileLoaded() throws IOException {
    Path jar = builder().write(plugins.resolve("one.jar"));
    PluginHost host = load();
    try (OutputStream out = Files.newOutputStream(jar)) {
      out.write("overwritten".getBytes(StandardCharsets.UTF_8));
    }
    assertThat(says(storage(host, "one"), "data-directory")).isTrue();
  }
}
