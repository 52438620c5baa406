package io.vramhub.kernel.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.Digest;
import io.vramhub.api.spi.StorageBackend;
import io.vramhub.kernel.NodeEvent;
import io.vramhub.packaging.HostileJar;
import io.vramhub.packaging.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.scheduler.Schedulers;

/**
 * A node serves from a locked directory while strangers put jars into it: each is refused for its
 * own reason, and the node goes on serving.
 */
final class RefusalTest {
  private static final TestSigner ACME = TestSigner.fresh();

  @TempDir private Path home;
  private Path plugins;
  private PluginDirectory directory;
  private PluginHost host;
  private StorageBackend storage;
  private final List<NodeEvent> events = new CopyOnWriteArrayList<>();

  @BeforeEach
  void serve() throws IOException {
    plugins = Files.createDirectories(home.resolve("plugins"));
    directory = new PluginDirectory(plugins);
    directory.install(jar("storage-one", "1.2.3").write(home.resolve("one.jar")), noHash());
    host =
        PluginHost.load(
            List.of(new PluginSource(plugins, PluginTrust.locked(plugins))),
            home.resolve("run"),
            home.resolve("tiers"),
            Schedulers.parallel(),
            Clock.fixed(Instant.EPOCH, ZoneOffset.UTC),
            events::add);
    storage =
        host.storage(
                new Slot<>(
                    "storage",
                    StorageBackend.Provider.class,
                    "one",
                    ConfigFactory.empty(),
                    home.resolve("data")))
            .block();
  }

  @AfterEach
  void stillServesAndClose() throws IOException {
    assertThat(storage.stat(new BlobKey("data-directory")).hasElement().block()).isTrue();
    assertThat(host.list()).extracting(PluginInfo::id).containsExactly("storage-one");
    try (var staged = Files.walk(home.resolve("run/generations"))) {
      assertThat(staged.filter(file -> file.endsWith("plugin.jar"))).hasSize(1);
    }
    host.close().block();
  }

  private PluginJarBuilder jar(String id, String version) throws IOException {
    return PluginJarBuilder.storage(home, id, version, "one");
  }

  private static Optional<Digest> noHash() {
    return Optional.empty();
  }

  private void drop(PluginJarBuilder jar) throws IOException {
    jar.write(plugins.resolve("dropped.jar"));
  }

  private void sign(TestSigner signer, Path jar) throws IOException {
    Digest digest = Digest.sha256(Files.readAllBytes(jar));
    Files.writeString(
        SignatureFile.beside(plugins.resolve("dropped.jar")),
        SignatureFile.sign(digest, signer).text());
  }

  private void assertRefused(Refusal refusal, String... words) {
    events.clear();
    assertThat(host.scan().collectList().block())
        .as(refusal.name())
        .singleElement()
        .isInstanceOfSatisfying(
            PluginChange.Refused.class,
            change -> {
              assertThat(change.reason()).contains("[" + refusal + "]");
              assertThat(words).allSatisfy(word -> assertThat(change.reason()).contains(word));
            });
    assertThat(events)
        .singleElement()
        .isInstanceOfSatisfying(
            NodeEvent.PluginRefused.class,
            event -> assertThat(event.reason()).contains("[" + refusal + "]"));
  }

  @Test
  void everyHostileJarIsRefusedForItsOwnReason() throws IOException {
    for (HostileJar hostile : HostileJar.all()) {
      Path dropped = plugins.resolve("dropped.jar");
      Files.write(dropped, hostile.bytes().get());
      assertRefused(hostile.refusal());
      Files.delete(dropped);
      assertThat(host.scan().collectList().block()).isEmpty();
      assertThat(storage.stat(new BlobKey("data-directory")).hasElement().block()).isTrue();
    }
    assertThat(home.resolve("evil.jar")).doesNotExist();
  }

  @Test
  void linksAreNotFollowed() throws IOException {
    Path elsewhere = jar("storage-two", "1.0.0").write(home.resolve("elsewhere.jar"));
    Files.createSymbolicLink(plugins.resolve("dropped.jar"), elsewhere);
    assertRefused(Refusal.NOT_A_FILE);
  }

  @Test
  void aSecondJarOfThePluginIsRefused() throws IOException {
    Files.copy(plugins.resolve("storage-one.jar"), plugins.resolve("dropped.jar"));
    assertRefused(Refusal.DUPLICATE_ID, "dropped.jar", "storage-one.jar");
  }

  @Test
  void whatNobodySignedIsRefused() throws IOException {
    drop(jar("storage-two", "1.0.0"));
    assertRefused(Refusal.UNSIGNED, "vramhub plugin install");
  }

  @Test
  void otherBytesOfAnInstalledVersionAreRefused() throws IOException {
    drop(jar("storage-one", "1.2.3").manifest("Plugin-Description", "Not what you think."));
    assertRefused(Refusal.WRONG_HASH);
  }

  @Test
  void anOlderVersionIsRefusedEvenIfSigned() throws IOException {
    directory.trust(ACME.trustedFor("storage-one"));
    drop(jar("storage-one", "1.2.2"));
    sign(ACME, plugins.resolve("dropped.jar"));
    assertRefused(Refusal.DOWNGRADE, "1.2.3");
  }

  @Test
  void aStrangersSignatureIsRefused() throws IOException {
    directory.trust(TestSigner.fresh().trustedFor("*"));
    drop(jar("storage-two", "1.0.0"));
    sign(ACME, plugins.resolve("dropped.jar"));
    assertRefused(Refusal.SIGNER_UNTRUSTED, ACME.publicKey().hex());
  }

  @Test
  void aSignerMaySignOnlyItsOwnPlugins() throws IOException {
    directory.trust(ACME.trustedFor("acme-*"));
    drop(jar("storage-two", "1.0.0"));
    sign(ACME, plugins.resolve("dropped.jar"));
    assertRefused(Refusal.SIGNER_UNTRUSTED);
  }

  @Test
  void theSignatureOfAnotherJarIsRefused() throws IOException {
    directory.trust(ACME.trustedFor("*"));
    drop(jar("storage-two", "1.0.0"));
    sign(ACME, plugins.resolve("storage-one.jar"));
    assertRefused(Refusal.SIGNATURE_WRONG, "acme");
  }

  @Test
  void aSignatureFileThatIsNoneIsRefused() throws IOException {
    directory.trust(ACME.trustedFor("*"));
    drop(jar("storage-two", "1.0.0"));
    Files.writeString(plugins.resolve("dropped.jar.sig"), "trust me\n");
    assertRefused(Refusal.SIGNATURE_MALFORMED);
  }

  @Test
  void aTierThatIsNotInstalledIsMissed() throws IOException {
    directory.install(
        jar("storage-two", "1.0.0")
            .manifest("Native-Tier", "absent/9.9")
            .write(home.resolve("two.jar")),
        noHash());
    assertRefused(Refusal.NATIVE_TIER_MISSING, "absent/9.9");
  }

  @Test
  void aDamagedLockFileLetsNothingIn() throws IOException {
    Files.writeString(
        plugins.resolve("plugins.lock"), "vramhub-plugins-lock 1\nplugin everything\n");
    drop(jar("storage-two", "1.0.0"));
    assertRefused(Refusal.LOCK_MALFORMED, "plugins.lock:2:");
  }
}
