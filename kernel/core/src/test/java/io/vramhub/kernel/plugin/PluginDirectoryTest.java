package io.vramhub.kernel.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Digest;
import io.vramhub.packaging.PluginPackage;
import io.vramhub.packaging.Refusal;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PluginDirectoryTest {
  private static final TestSigner ACME = TestSigner.fresh();

  @TempDir private Path home;
  private Path plugins;
  private PluginDirectory directory;

  @BeforeEach
  void create() throws IOException {
    plugins = Files.createDirectories(home.resolve("plugins"));
    directory = new PluginDirectory(plugins);
  }

  private Path jar(String version) throws IOException {
    return jar("storage-one", version);
  }

  private Path jar(String id, String version) throws IOException {
    return PluginJarBuilder.storage(home, id, version, "one")
        .write(home.resolve(id + "-" + version + ".jar"));
  }

  private PluginDirectory.Installed install(Path jar) {
    return directory.install(jar, Optional.empty());
  }

  private static void assertRefused(Refusal refusal, ThrowingCallable work) {
    assertThatThrownBy(work)
        .satisfies(error -> assertThat(Refusal.of(error)).contains(refusal))
        .hasMessageContaining("[" + refusal + "]");
  }

  private List<String> admitted() {
    return new PluginDirectory(plugins)
        .list().stream()
            .map(
                file ->
                    switch (file) {
                      case PluginFile.Admitted one ->
                          one.content().id() + " " + one.content().version();
                      case PluginFile.Refused other -> other.reason();
                    })
            .toList();
  }

  @Test
  void installsPinnedUnderItsId() throws IOException {
    Path jar = jar("1.0.0");

    PluginDirectory.Installed installed = install(jar);

    assertThat(installed.plugin().version()).isEqualTo("1.0.0");
    assertThat(installed.replaced()).isEmpty();
    assertThat(plugins.resolve("storage-one.jar")).hasSameBinaryContentAs(jar);
    assertThat(plugins.resolve("plugins.lock"))
        .hasContent(
            "vramhub-plugins-lock 1\nplugin storage-one 1.0.0 sha256:"
                + Digest.sha256(Files.readAllBytes(jar))
                + "\n");
    assertThat(directory.list())
        .singleElement()
        .isInstanceOfSatisfying(
            PluginFile.Admitted.class,
            file -> assertThat(file.trustedBy()).isEqualTo(new PluginFile.Trust.Pinned()));
  }

  @Test
  void replacesTheJarOfThePluginWhateverItsFileIsCalled() throws IOException {
    Files.copy(jar("1.0.0"), plugins.resolve("by-hand.jar"));

    PluginDirectory.Installed installed = install(jar("1.1.0"));

    assertThat(installed.replaced()).map(PluginPin::version).contains("1.0.0");
    assertThat(admitted()).containsExactly("storage-one 1.1.0");
    assertThat(plugins.resolve("by-hand.jar")).exists();
  }

  @Test
  void goesBackAndForth() throws IOException {
    install(jar("1.0.0"));
    install(jar("1.1.0"));

    assertThat(directory.rollback("storage-one").plugin().version()).isEqualTo("1.0.0");
    assertThat(admitted()).containsExactly("storage-one 1.0.0");
    assertThat(directory.rollback("storage-one").plugin().version()).isEqualTo("1.1.0");
    assertThat(admitted()).containsExactly("storage-one 1.1.0");
  }

  @Test
  void keepsOnlyTheJarThatWasReplacedLast() throws IOException {
    install(jar("1.0.0"));
    install(jar("1.1.0"));
    install(jar("1.2.0"));

    assertThat(directory.lock().pins())
        .extracting(PluginPin::version)
        .containsExactly("1.1.0", "1.2.0");
    assertThat(directory.rollback("storage-one").plugin().version()).isEqualTo("1.1.0");
  }

  @Test
  void installingTheSameJarAgainChangesNothing() throws IOException {
    install(jar("1.0.0"));
    install(jar("1.1.0"));

    assertThat(install(jar("1.1.0")).replaced()).isEmpty();
    assertThat(directory.rollback("storage-one").plugin().version()).isEqualTo("1.0.0");
  }

  @Test
  void doesNotGoBackToWhatWasTamperedWith() throws IOException {
    install(jar("1.0.0"));
    install(jar("1.1.0"));
    try (var kept = Files.list(plugins.resolve("previous/storage-one"))) {
      Path file = kept.findFirst().orElseThrow();
      PluginJarBuilder.storage(home, "storage-one", "1.0.0", "one")
          .manifest("Plugin-Description", "Not what was replaced.")
          .write(file);
    }
    assertRefused(Refusal.WRONG_HASH, () -> directory.rollback("storage-one"));
    assertThat(admitted()).containsExactly("storage-one 1.1.0");
  }

  @Test
  void refusesOlderVersionsAndOtherBytesOfTheSame() throws IOException {
    install(jar("1.1.0"));
    assertRefused(Refusal.DOWNGRADE, () -> install(jar("1.0.0")));
    Path other =
        PluginJarBuilder.storage(home, "storage-one", "1.1.0", "one")
            .manifest("Plugin-Description", "Built twice.")
            .write(home.resolve("other.jar"));
    assertRefused(Refusal.WRONG_HASH, () -> install(other));
    assertThat(admitted()).containsExactly("storage-one 1.1.0");
  }

  @Test
  void refusesAnotherHashThanExpected() throws IOException {
    Path jar = jar("1.0.0");
    assertRefused(
        Refusal.WRONG_HASH, () -> directory.install(jar, Optional.of(Digest.sha256(new byte[0]))));
    assertThat(plugins).isDirectoryNotContaining("glob:**.jar");
    directory.install(jar, Optional.of(Digest.sha256(Files.readAllBytes(jar))));
    assertThat(admitted()).containsExactly("storage-one 1.0.0");
  }

  @Test
  void refusesABrokenJarAndLeavesNothing() throws IOException {
    Path jar = Files.writeString(home.resolve("text.jar"), "no zip");
    assertRefused(Refusal.UNREADABLE, () -> install(jar));
    assertThat(plugins).isDirectoryNotContaining("glob:**.{jar,lock}");
    assertThat(plugins).isDirectoryNotContaining("glob:**.incoming-*");
  }

  @Test
  void asksAboutSignaturesThatAreThere() throws IOException {
    Path jar = jar("1.0.0");
    Digest digest = Digest.sha256(Files.readAllBytes(jar));
    Files.writeString(SignatureFile.beside(jar), SignatureFile.sign(digest, ACME).text());
    assertRefused(Refusal.SIGNER_UNTRUSTED, () -> install(jar));

    directory.trust(ACME.trustedFor("storage-*"));

    assertThat(install(jar).signer()).map(TrustedSigner::name).contains("acme");
    assertThat(plugins.resolve("storage-one.jar.sig")).exists();
    install(jar("1.1.0"));
    assertThat(plugins.resolve("storage-one.jar.sig")).doesNotExist();
  }

  @Test
  void admitsWhatATrustedSignerSignedUntilItIsNot() throws IOException {
    directory.trust(ACME.trustedFor("*"));
    Path dropped = jar("1.0.0");
    Path file = Files.copy(dropped, plugins.resolve("dropped.jar"));
    Digest digest = Digest.sha256(Files.readAllBytes(file));
    Files.writeString(SignatureFile.beside(file), SignatureFile.sign(digest, ACME).text());

    assertThat(directory.list())
        .singleElement()
        .isInstanceOfSatisfying(
            PluginFile.Admitted.class,
            one ->
                assertThat(one.trustedBy())
                    .isEqualTo(new PluginFile.Trust.SignedBy(ACME.trustedFor("*"))));
    assertThatThrownBy(() -> directory.distrust("acne")).hasMessageContaining("'acme'?");
    directory.distrust("acme");
    assertThat(directory.list())
        .singleElement()
        .isInstanceOfSatisfying(
            PluginFile.Refused.class,
            refused -> assertThat(refused.refusal()).isEqualTo(Refusal.SIGNER_UNTRUSTED));
  }

  @Test
  void removesEverythingOfAPlugin() throws IOException {
    install(jar("1.0.0"));
    install(jar("1.1.0"));
    install(jar("storage-two", "1.0.0"));
    assertThatThrownBy(() -> directory.remove("storage-onne"))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PLUGIN_INVALID))
        .hasMessageContaining("Did you mean 'storage-one'?");

    assertThat(directory.remove("storage-one").version()).isEqualTo("1.1.0");

    assertThat(admitted()).containsExactly("storage-two 1.0.0");
    assertThat(directory.lock().pinsOf("storage-one")).isEmpty();
    assertThatThrownBy(() -> directory.rollback("storage-two")).hasMessageContaining("was kept");
  }

  @Test
  void pinsWhatLiesThere() throws IOException {
    Files.copy(jar("1.0.0"), plugins.resolve("a.jar"));
    Files.copy(jar("storage-two", "2.0.0"), plugins.resolve("b.jar"));
    assertThat(admitted()).allSatisfy(reason -> assertThat(reason).contains("[UNSIGNED]"));
    directory.pinAll();
    assertThat(admitted()).containsExactly("storage-one 1.0.0", "storage-two 2.0.0");
  }

  @Test
  void oneCommandAtATimeChangesADirectory() throws IOException {
    Path jar = jar("1.0.0");
    try (FileChannel guard =
            FileChannel.open(
                plugins.resolve(".changing"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var held = guard.lock()) {
      assertThat(held.isValid()).isTrue();
      assertThatThrownBy(() -> install(jar)).hasMessageContaining("another command is changing");
    }
    assertThat(install(jar).plugin().id()).isEqualTo("storage-one");
  }

  /**
   * Whatever the step before which the machine stops, a node starts, and a repetition completes.
   */
  @Test
  void survivesBeingInterruptedAnywhere() throws IOException {
    int steps = interrupted(0);
    for (int done = 1; done <= steps; done++) {
      interrupted(done);
    }
    assertThat(steps).isGreaterThan(3);
  }

  private int interrupted(int done) throws IOException {
    if (!directory.list().isEmpty()) {
      directory.remove("storage-one");
    }
    install(jar("1.0.0"));
    install(jar("1.1.0"));
    Path next = jar("1.2.0");
    List<JarReplacement.Step> steps =
        new JarReplacement(
                plugins,
                plugins.resolve("storage-one.jar"),
                PluginPackage.inspect(next),
                Optional.of(directory.find("storage-one")))
            .steps();
    for (JarReplacement.Step step : steps.subList(0, done)) {
      step.run();
    }

    String found = admitted().getFirst();

    assertThat(found).isIn("storage-one 1.1.0", "storage-one 1.2.0");
    String before = found.endsWith("1.1.0") ? "1.0.0" : "1.1.0";
    assertThat(directory.rollback("storage-one").plugin().version()).isEqualTo(before);
    directory.rollback("storage-one");
    install(next);
    assertThat(admitted()).containsExactly("storage-one 1.2.0");
    return steps.size();
  }
}
