package io.vramhub.seal.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Address;
import io.vramhub.api.model.Bytes;
import io.vramhub.tck.TestPluginContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AuditLogTest {
  @TempDir private Path directory;

  private Path file() {
    return directory.resolve("audit.log");
  }

  private static AuditEntry entry(String reason) {
    return new AuditEntry(
        TestPluginContext.NOW,
        new Address(Network.digest("user")),
        Network.digest("package"),
        "NoAccess",
        List.of(Bytes.ofHex("00ff"), Bytes.ofHex("01")),
        reason);
  }

  private AuditChain write(String... reasons) {
    try (AuditLog log = AuditLog.open(file())) {
      for (String reason : reasons) {
        log.append(entry(reason));
      }
      return log.chain();
    }
  }

  private static void isCorrupt(Path log) {
    assertThatExceptionOfType(HubException.class)
        .isThrownBy(() -> AuditChain.check(log))
        .matches(failure -> failure.code() == ErrorCode.JOURNAL_CORRUPT);
  }

  @Test
  void aLineIsItsHashAndWhatHappened() throws IOException {
    write("window 1 has not opened");
    String fields =
        "2026-11-01T00:00:00Z "
            + new Address(Network.digest("user"))
            + " 0x"
            + Network.digest("package")
            + " NoAccess 00ff,01 window 1 has not opened";
    String hash = Network.digest("0".repeat(64) + " " + fields).hex();
    assertThat(Files.readString(file())).isEqualTo(hash + " " + fields + "\n");
  }

  @Test
  void aLogGoesOnWhereItEnded() throws IOException {
    AuditChain first = write("one", "two");
    AuditChain both = write("three");
    assertThat(first.entries()).isEqualTo(2);
    assertThat(both.entries()).isEqualTo(3);
    assertThat(AuditChain.check(file())).isEqualTo(both);
  }

  /** A client that leaves interrupts the thread that works for it. */
  @Test
  void anInterruptedRequestIsLoggedAndTheLogGoesOn() throws IOException {
    try (AuditLog log = AuditLog.open(file())) {
      Thread.currentThread().interrupt();
      log.append(entry("interrupted"));
      assertThat(Thread.interrupted()).isTrue();
      log.append(entry("next"));
    }
    assertThat(AuditChain.check(file()).entries()).isEqualTo(2);
  }

  @Test
  void whicheverByteIsChangedIsFound() throws IOException {
    write("one", "two");
    byte[] good = Files.readAllBytes(file());
    for (int i = 0; i < good.length - 1; i++) {
      byte[] bad = good.clone();
      bad[i] ^= 1;
      Files.write(file(), bad);
      isCorrupt(file());
    }
  }

  @Test
  void linesCannotBeTakenOutPutInOrMoved() throws IOException {
    write("one", "two", "three");
    List<String> good = Files.readAllLines(file());
    List<String> without = new ArrayList<>(good);
    without.remove(1);
    List<String> twice = new ArrayList<>(good);
    twice.add(1, good.getFirst());
    List<String> swapped = new ArrayList<>(good);
    Collections.swap(swapped, 1, 2);
    for (List<String> bad : List.of(without, twice, swapped, good.subList(1, 3))) {
      Files.write(file(), bad);
      isCorrupt(file());
    }
  }

  @Test
  void aLogCutShortHasAnotherLastHash() throws IOException {
    AuditChain whole = write("one", "two");
    Files.write(file(), Files.readAllLines(file()).subList(0, 1));
    assertThat(AuditChain.check(file()).last()).isNotEqualTo(whole.last());
  }

  @Test
  void aLineThatACrashCutShortIsTakenAway() throws IOException {
    AuditChain whole = write("one");
    byte[] good = Files.readAllBytes(file());
    Files.writeString(file(), new String(good, UTF_8) + "0123 half a l");
    try (AuditLog log = AuditLog.open(file())) {
      assertThat(log.chain()).isEqualTo(whole);
    }
    assertThat(Files.readAllBytes(file())).isEqualTo(good);
  }

  @Test
  void aTamperedLogIsNotGoneOnWith() throws IOException {
    write("one", "two");
    Files.writeString(file(), Files.readString(file()).replace("one", "0ne"));
    assertThatExceptionOfType(HubException.class)
        .isThrownBy(() -> AuditLog.open(file()))
        .withMessageContaining("line 1 does not follow");
  }

  @Test
  void twoServersDoNotWriteOneLog() {
    try (AuditLog first = AuditLog.open(file())) {
      assertThatExceptionOfType(HubException.class)
          .isThrownBy(() -> AuditLog.open(file()))
          .matches(failure -> failure.code() == ErrorCode.DATA_DIRECTORY_IN_USE);
      first.append(entry("still writes"));
    }
  }

  @Test
  void aClientCannotWriteLinesIntoTheLog() throws IOException {
    AuditChain chain =
        write("first\n" + "0".repeat(64) + " second\r\u2028third", "x".repeat(9_999));
    assertThat(Files.readAllLines(file())).hasSize(2);
    assertThat(AuditChain.check(file())).isEqualTo(chain);
  }

  @Test
  void theCheckerSaysWhatItFound() throws IOException {
    AuditChain chain = write("one", "two");
    assertThat(check(file().toString()))
        .startsWith("0 2 entries")
        .contains("last hash " + chain.last());
    Files.writeString(file(), Files.readString(file()).replace("two", "tw0"));
    assertThat(check(file().toString())).startsWith("9 ").contains("line 2");
    assertThat(check()).startsWith("1 usage");
    assertThat(check(directory.resolve("absent").toString())).startsWith("1 usage");
  }

  private static String check(String... arguments) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(said, true, UTF_8);
    return AuditLogCheck.run(arguments, out, out) + " " + said.toString(UTF_8);
  }
}
