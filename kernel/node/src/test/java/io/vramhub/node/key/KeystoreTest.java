package io.vramhub.node.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeystoreTest {
  private static final char[] PASSWORD = "correct horse".toCharArray();

  @TempDir private Path directory;

  @Test
  void opensWithItsPasswordAndNoOther() {
    Path file = directory.resolve("node.key");
    SecretKey made = Keystore.create(file, PASSWORD, new SecureRandom());

    assertThat(Keystore.open(file, PASSWORD).address()).isEqualTo(made.address());
    assertThatThrownBy(() -> Keystore.open(file, "wrong".toCharArray()))
        .hasMessageContaining("the password does not open");
  }

  @Test
  void neverOverwritesAKeyAndNeverShowsIt() throws IOException {
    Path file = directory.resolve("node.key");
    SecretKey key = Keystore.create(file, PASSWORD, new SecureRandom());
    byte[] before = Files.readAllBytes(file);

    assertThatThrownBy(() -> Keystore.create(file, PASSWORD, new SecureRandom()))
        .hasMessageContaining("a key is never overwritten");
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    assertThat(new String(before, StandardCharsets.UTF_8))
        .doesNotContain(HexFormat.of().formatHex(key.seed()))
        .doesNotContain("correct horse");
    assertThat(key.toString()).doesNotContain(HexFormat.of().formatHex(key.seed()));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void refusesAKeyFileOthersCanRead() throws IOException {
    Path file = directory.resolve("node.key");
    Keystore.create(file, PASSWORD, new SecureRandom());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

    assertThatThrownBy(() -> Keystore.open(file, PASSWORD)).hasMessageContaining("chmod 600");
  }

  @Test
  void addressIsTheOneSuiDerives() {
    // RFC 8032 test 1; the address is blake2b-256(0x00 || public key), computed with Python's
    // hashlib.
    SecretKey key =
        new SecretKey(
            HexFormat.of()
                .parseHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"));

    assertThat(key.publicKey().hex())
        .isEqualTo("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    assertThat(key.address().toString())
        .isEqualTo("0x304af458e90e97c841685b8cbbc59b909f3e2cf150df590ada4c81452c29737d");
  }

  @Test
  void devnetFindsItsKeysAgain() {
    Path file = directory.resolve("devnet.secret");
    SecretKey first = DevnetKeys.open(file, new SecureRandom()).key("miner/1");
    DevnetKeys again = DevnetKeys.open(file, new SecureRandom());

    assertThat(again.key("miner/1").address()).isEqualTo(first.address());
    assertThat(again.key("miner/2").address()).isNotEqualTo(first.address());
  }
}
