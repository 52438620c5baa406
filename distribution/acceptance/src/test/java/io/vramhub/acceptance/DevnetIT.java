package io.vramhub.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * One small devnet with a copycat, killed once in the middle of a window and started again; then
 * everything a stranger would do to check it, and to cheat.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DevnetIT {
  private static final Duration WHOLE_RUN = Duration.ofMinutes(5);
  private static final Duration COMMAND = Duration.ofMinutes(2);

  @TempDir private static Path workspace;
  private Product product = new Product(Path.of("."));
  private String data = "";

  @BeforeAll
  void openWorkspace() {
    product = new Product(workspace);
    data = workspace.resolve("network").toString();
  }

  @Test
  @Order(1)
  void killedInTheMiddleOfAWindowItGoesOnAndEverythingHolds() throws IOException {
    Product.Running first =
        product.start(
            "devnet",
            "--miners",
            "3",
            "--validators",
            "2",
            "--windows",
            "3",
            "--window",
            "15s",
            "--evil",
            "copycat:1",
            "--seed",
            "7",
            "--no-ui",
            "--data-dir",
            data);
    first.awaitLine("window 2: miner 1 committed", WHOLE_RUN);
    first.kill();

    JsonNode summary =
        product
            .run(
                WHOLE_RUN,
                "devnet",
                "--windows",
                "3",
                "--no-ui",
                "--output",
                "json",
                "--data-dir",
                data)
            .succeeded()
            .json();

    assertThat(summary.path("windows").asInt()).isEqualTo(3);
    assertThat(summary.path("invariants").asString()).isEqualTo("PASS");
    assertThat(summary.path("audit").asString()).isEqualTo("PASS");
    assertThat(summary.path("heldoutLoss").path("last").asDouble())
        .isLessThan(summary.path("heldoutLoss").path("first").asDouble());
    JsonNode copycat = summary.path("miners").path(2);
    assertThat(copycat.path("kind").asString()).isEqualTo("copycat");
    assertThat(copycat.path("payShare").asDouble()).isZero();
    assertThat(copycat.path("verdicts").has("ACCEPTED")).isFalse();
  }

  @Test
  @Order(2)
  void auditAndInvariantsPassInAFreshProcess() {
    assertThat(
            product
                .run(COMMAND, "audit", "--from", "1", "--to", "3", "--data-dir", data)
                .succeeded()
                .out())
        .startsWith("audit PASS");
    assertThat(product.run(COMMAND, "verify", "--data-dir", data).succeeded().out())
        .isEqualTo("invariants PASS\n");
  }

  @Test
  @Order(3)
  void explainsPayInWords() {
    assertThat(
            product
                .run(COMMAND, "explain", "--miner", "3", "--window", "1", "--data-dir", data)
                .succeeded()
                .out())
        .contains("enclave signed")
        .contains("Pay: 0.0000 VRAM");
    assertThat(product.run(COMMAND, "status", "--data-dir", data).succeeded().out())
        .contains("SOFTWARE");
    assertThat(product.run(COMMAND, "window", "show", "1", "--data-dir", data).succeeded().out())
        .contains("merged");
  }

  @Test
  @Order(4)
  void exportsWhatPyTorchAndTransformersOpen() {
    Path payload = workspace.resolve("gradient.pt");
    Path model = workspace.resolve("model");

    product
        .run(
            COMMAND,
            "payload",
            "export",
            "--window",
            "1",
            "--miner",
            "1",
            "--out",
            payload.toString(),
            "--data-dir",
            data)
        .succeeded();
    product
        .run(COMMAND, "checkpoint", "export", "--hf", model.toString(), "--data-dir", data)
        .succeeded();

    assertThat(payload).isNotEmptyFile();
    assertThat(model.resolve("config.json")).content().contains("LlamaForCausalLM");
    assertThat(model.resolve("model.safetensors")).isNotEmptyFile();
  }

  @Test
  @Order(5)
  void aFlippedByteOfAPayloadIsNamedWithWindowAndMiner() throws IOException {
    Path payload = workspace.resolve("network/storage/objects/gradient-1-1-v1.pt");
    byte[] bytes = Files.readAllBytes(payload);
    flip(payload, bytes.length / 2);

    Product.Outcome audit = product.run(COMMAND, "audit", "--window", "1", "--data-dir", data);

    assertThat(audit.exitCode()).isEqualTo(9);
    assertThat(audit.out()).startsWith("DIFFERENCE: window 1, miner 1: ");
    Files.write(payload, bytes);
  }

  @Test
  @Order(6)
  void aChangedGainIsNamedWithWindowMinerAndField() throws SQLException {
    String original = tamper("ScoresSubmitted", "\"heldoutGain\":", "\"heldoutGain\":1");

    Product.Outcome audit = product.run(COMMAND, "audit", "--data-dir", data);

    assertThat(audit.exitCode()).isEqualTo(9);
    assertThat(audit.out()).startsWith("DIFFERENCE: window 1, miner 1: ").contains("held-out gain");
    restore("ScoresSubmitted", original);
  }

  @Test
  @Order(7)
  void aChangedWeightIsNamedWithWindowMinerAndField() throws SQLException {
    String original = tamper("WindowFinalized", "\"weightNanos\":", "\"weightNanos\":1");

    Product.Outcome audit = product.run(COMMAND, "audit", "--data-dir", data);

    assertThat(audit.exitCode()).isEqualTo(9);
    assertThat(audit.out()).startsWith("DIFFERENCE: window 1, miner 1: ").contains("weight");
    restore("WindowFinalized", original);
    product.run(COMMAND, "audit", "--data-dir", data).succeeded();
  }

  @Test
  @Order(8)
  void contradictingOptionsAreRefusedInOneSentence() {
    Product.Outcome outcome =
        product.run(
            COMMAND, "devnet", "--miners", "9", "--windows", "3", "--no-ui", "--data-dir", data);

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err().lines().filter(line -> !line.isBlank())).hasSize(1);
    assertThat(outcome.err()).contains("holds a devnet of 3 miners");
  }

  private static void flip(Path file, int position) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[position] ^= 1;
    Files.write(file, bytes);
  }

  /** Changes the first event of a kind in the ledger's database and returns what stood there. */
  private String tamper(String kind, String text, String replacement) throws SQLException {
    try (Connection connection = ledger()) {
      String original;
      try (PreparedStatement select =
          connection.prepareStatement(
              "select body from ledger_event where kind = ? order by sequence limit 1")) {
        select.setString(1, kind);
        try (ResultSet rows = select.executeQuery()) {
          assertThat(rows.next()).isTrue();
          original = rows.getString(1);
        }
      }
      assertThat(original).contains(text);
      int at = original.indexOf(text);
      update(
          connection,
          kind,
          original,
          original.substring(0, at) + replacement + original.substring(at + text.length()));
      return original;
    }
  }

  private void restore(String kind, String original) throws SQLException {
    try (Connection connection = ledger();
        PreparedStatement restore =
            connection.prepareStatement(
                "update ledger_event set body = ? where sequence = (select min(sequence) from"
                    + " ledger_event where kind = ?)")) {
      restore.setString(1, original);
      restore.setString(2, kind);
      assertThat(restore.executeUpdate()).isOne();
    }
  }

  private static void update(Connection connection, String kind, String from, String to)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "update ledger_event set body = ? where sequence = (select min(sequence) from"
                + " ledger_event where kind = ?)")) {
      update.setString(1, to);
      update.setString(2, kind);
      assertThat(from).isNotEqualTo(to);
      assertThat(update.executeUpdate()).isOne();
    }
  }

  private Connection ledger() throws SQLException {
    return DriverManager.getConnection("jdbc:h2:file:" + data + "/ledger/ledger", "", "");
  }
}
