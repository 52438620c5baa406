package io.vramhub.enclave;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.attestation.SoftwareRoot;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EnclaveMainTest {
  private static final Instant NOW = Instant.ofEpochMilli(1_790_000_000_000L);

  @TempDir private Path directory;

  @Test
  void saysWhereItListensAndThatNoHardwareStandsBehindIt() {
    Path root = directory.resolve("root.pem");
    SoftwareRoot.generate(NOW, new SecureRandom()).write(root);
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    List<String> arguments =
        List.of("--software-root", root.toString(), "--listen", "127.0.0.1:0", "--threads", "1");
    try (EnclaveServer server =
        EnclaveMain.run(
            arguments,
            InstantSource.fixed(NOW),
            new PrintStream(printed, true, StandardCharsets.UTF_8))) {
      assertThat(printed.toString(StandardCharsets.UTF_8))
          .contains("SOFTWARE", server.endpoint().toString(), server.publicKey().hex());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--listen 127.0.0.1:0 | --software-root is missing",
        "--root a | there is no option --root",
        "--software-root | needs a value",
        "--software-root a --software-root b | given twice",
      })
  void refusesOtherArgumentsWithItsUsage(String arguments, String reason) {
    assertUsage(List.of(arguments.split(" ")), reason);
  }

  @ParameterizedTest
  @CsvSource({
    "--threads,none,not a number",
    "--threads,0,lies in 1 to",
    "--maximum-request-bytes,3000000000,lies in 1 to",
    "--listen,3000,HOST:PORT",
    "--listen,127.0.0.1:port,HOST:PORT",
    "--listen,127.0.0.1:70000,HOST:PORT",
  })
  void refusesValuesOutOfRange(String option, String value, String reason) {
    Path root = directory.resolve("root.pem");
    SoftwareRoot.generate(NOW, new SecureRandom()).write(root);

    assertUsage(List.of("--software-root", root.toString(), option, value), reason);
  }

  private static void assertUsage(List<String> arguments, String reason) {
    assertThatThrownBy(() -> EnclaveMain.run(arguments, InstantSource.fixed(NOW), System.out))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.USAGE))
        .hasMessageContaining(reason)
        .hasMessageContaining("usage:");
  }
}
