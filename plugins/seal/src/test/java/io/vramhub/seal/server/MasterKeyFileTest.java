package io.vramhub.seal.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.seal.scheme.MasterKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MasterKeyFileTest {
  @TempDir private Path directory;

  private Path file() {
    return directory.resolve("keys/master.key");
  }

  private MasterKey read() {
    return MasterKeyFile.readOrCreate(file(), new SecureRandom());
  }

  @Test
  void aKeyIsMadeOnceAndIsItsOwnersAlone() throws IOException {
    MasterKey made = read();
    assertThat(read().publicKey()).isEqualTo(made.publicKey());
    assertThat(Files.getPosixFilePermissions(file()))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(file().getParent()).isDirectoryContaining(each -> each.equals(file()));
    try (var files = Files.list(file().getParent())) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void aKeyOfSealsOwnToolsIsRead() throws IOException {
    // The scalar 1, whose public key is the generator of G2.
    Files.createDirectories(file().getParent());
    Files.createFile(
        file(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file(), "0".repeat(63) + "1\n");
    assertThat(read().publicKey().point().compressed().hex())
        .startsWith("93e02b6052719f607dacd3a0");
  }

  @Test
  void aKeyThatOthersMayReadIsRefused() throws IOException {
    read();
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r-----"));
    assertThatExceptionOfType(HubException.class)
        .isThrownBy(this::read)
        .withMessageContaining("chmod 600")
        .matches(failure -> failure.code() == ErrorCode.KEY_INVALID);
  }

  @Test
  void whatIsNoKeyIsNeitherUsedNorReplaced() throws IOException {
    read();
    for (String bad : List.of("", "0x", "0x" + "00".repeat(32), "f".repeat(64), "1".repeat(63))) {
      Files.writeString(file(), bad);
      assertThatExceptionOfType(HubException.class)
          .isThrownBy(this::read)
          .withMessageContaining("Put back a copy")
          .matches(failure -> failure.code() == ErrorCode.KEY_INVALID);
      assertThat(Files.readString(file())).isEqualTo(bad);
    }
  }
}
