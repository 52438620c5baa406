package io.vramhub.kernel.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import io.vramhub.packaging.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PluginLockTest {
  private static final String ZEROS = "0".repeat(64);
  private static final String ONES = "1".repeat(64);
  private static final String GOLDEN =
      "vramhub-plugins-lock 1\n"
          + "plugin acme-store 1.9.0 sha256:"
          + ZEROS
          + "\nplugin acme-store 1.10.0 sha256:"
          + ONES
          + "\nplugin zebra 0.1.0 sha256:"
          + ZEROS
          + "\nsigner ed25519:"
          + ONES
          + " acme acme-*\n";

  @TempDir private Path directory;

  @Test
  void isWrittenSortedAndReadBack() {
    PluginLock lock =
        new PluginLock(
            List.of(
                new PluginPin("zebra", "0.1.0", Digest.ofHex(ZEROS)),
                new PluginPin("acme-store", "1.10.0", Digest.ofHex(ONES)),
                new PluginPin("acme-store", "1.9.0", Digest.ofHex(ZEROS))),
            List.of(new TrustedSigner(Bytes.ofHex(ONES), "acme", "acme-*")));

    lock.write(directory);

    assertThat(directory.resolve("plugins.lock")).hasContent(GOLDEN);
    assertThat(PluginLock.read(directory)).isEqualTo(lock);
  }

  @Test
  void readsCommentsAndBlankLines() throws IOException {
    Files.writeString(
        directory.resolve("plugins.lock"),
        "vramhub-plugins-lock 1\n# ours\n\nplugin zebra 0.1.0 sha256:" + ZEROS + "\n");
    assertThat(PluginLock.read(directory).pins()).hasSize(1);
  }

  @Test
  void isEmptyWhereThereIsNoFile() {
    assertThat(PluginLock.read(directory)).isEqualTo(PluginLock.EMPTY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plugin zebra 0.1.0",
        "plugin zebra newest sha256:"
            + "0000000000000000000000000000000000000000000000000000000000000000",
        "plugin zebra 0.1.0 sha256:00",
        "plugin  zebra 0.1.0 sha256:00",
        "signer ed25519:00 acme *",
        "signer ed25519:"
            + "1111111111111111111111111111111111111111111111111111111111111111"
            + " acme ../*",
        "trust everybody",
        " plugin"
      })
  void namesTheLineThatIsMalformed(String line) throws IOException {
    Files.writeString(directory.resolve("plugins.lock"), "vramhub-plugins-lock 1\n" + line + "\n");
    assertThatThrownBy(() -> PluginLock.read(directory))
        .satisfies(error -> assertThat(Refusal.of(error)).contains(Refusal.LOCK_MALFORMED))
        .hasMessageContaining("plugins.lock:2: ");
  }

  @Test
  void refusesAnotherFormat() throws IOException {
    Files.writeString(directory.resolve("plugins.lock"), "vramhub-plugins-lock 2\n");
    assertThatThrownBy(() -> PluginLock.read(directory)).hasMessageContaining("plugins.lock:1: ");
  }

  @Test
  void signersCoverOneIdOrABeginning() {
    Bytes key = Bytes.ofHex(ONES);
    assertThat(new TrustedSigner(key, "acme", "acme-store").maySign("acme-store")).isTrue();
    assertThat(new TrustedSigner(key, "acme", "acme-store").maySign("acme-store-two")).isFalse();
    assertThat(new TrustedSigner(key, "acme", "acme-*").maySign("acme-store")).isTrue();
    assertThat(new TrustedSigner(key, "acme", "acme-*").maySign("vramhub-chain-local")).isFalse();
    assertThat(new TrustedSigner(key, "acme", "*").maySign("anything")).isTrue();
  }
}
