package io.vramhub.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SoftwareRootTest {
  @TempDir private Path directory;

  @Test
  void attestsAfterBeingWrittenAndReadBack() throws IOException {
    Path file = directory.resolve("root.pem");
    Documents.ROOT.write(file);
    SoftwareRoot read = SoftwareRoot.read(file, Documents.RANDOM);

    assertThat(read.certificate()).isEqualTo(Documents.ROOT.certificate());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(
            new AttestationVerifier()
                .verify(
                    new SoftwareAttestor(read, Documents.MEASUREMENT)
                        .attest(Documents.KEY, Optional.empty(), Documents.NOW),
                    Documents.softwarePolicy(),
                    Documents.NOW.toEpochMilli()))
        .isInstanceOf(Admission.Admitted.class);
  }

  @Test
  void neverOverwritesAKey() {
    Path file = directory.resolve("root.pem");
    Documents.ROOT.write(file);

    assertThatThrownBy(() -> Documents.ROOT.write(file))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.KEY_INVALID))
        .hasMessageContaining("never overwritten");
  }

  @Test
  void refusesFilesThatAreNoRoot() throws IOException {
    Path foreign = directory.resolve("mixed.pem");
    SoftwareRoot other = SoftwareRoot.generate(Documents.NOW, Documents.RANDOM);
    Path one = directory.resolve("one.pem");
    Path two = directory.resolve("two.pem");
    Documents.ROOT.write(one);
    other.write(two);
    String certificate = Files.readString(one).split("-----BEGIN PRIVATE KEY")[0];
    String key =
        "-----BEGIN PRIVATE KEY" + Files.readString(two).split("-----BEGIN PRIVATE KEY")[1];
    Files.writeString(foreign, certificate + key);
    Path empty = Files.createFile(directory.resolve("empty.pem"));

    assertUnreadable(foreign, "its key is not its certificate's");
    assertUnreadable(empty, "it has no block CERTIFICATE");
    assertUnreadable(directory.resolve("absent.pem"), "absent.pem");
  }

  private static void assertUnreadable(Path file, String reason) {
    assertThatThrownBy(() -> SoftwareRoot.read(file, Documents.RANDOM))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.KEY_INVALID))
        .hasMessageContaining(reason);
  }
}
