package io.vramhub.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * What sealing is worth: one devnet with its three key servers and a copycat, first while it runs,
 * seen by somebody beside it who has no key, and then when it has stopped. Few steps, so that much
 * of a window is left after a commit.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class SealIT {
  private static final Duration WHOLE_RUN = Duration.ofMinutes(5);
  private static final Duration COMMAND = Duration.ofMinutes(2);
  private static final Pattern COMMITTED = Pattern.compile("window (\\d+): miner 1 committed");
  private static final Pattern KEY_SERVER = Pattern.compile("http://127\\.0\\.0\\.1:\\d+/");

  @TempDir private static Path workspace;
  private Product product;
  private Path data;
  private Product.Running devnet;

  /** The first one in which miner 1 commits; a slow machine starts after the first of all. */
  private String window = "";

  @BeforeAll
  void start() throws IOException {
    Path fewSteps =
        Files.writeString(
            workspace.resolve("few-steps.conf"), "network { window = 25s, inner-steps = 2 }\n");
    product = new Product(workspace);
    data = workspace.resolve("network");
    devnet =
        product.start(
            "devnet",
            "--miners",
            "3",
            "--validators",
            "2",
            "--windows",
            "3",
            "--config",
            fewSteps.toString(),
            "--evil",
            "copycat:1",
            "--seed",
            "7",
            "--no-ui",
            "--output",
            "json",
            "--data-dir",
            data.toString());
  }

  @AfterAll
  void stop() {
    devnet.kill();
  }

  @Test
  @Order(1)
  void anOutsiderIsRefusedUntilTheWindowIsFinalAndThenOpens() throws IOException {
    window = devnet.awaitMatch(COMMITTED, WHOLE_RUN).group(1);
    Path node = nodeBeside("outsider", List.of());

    Product.Outcome early = open(node, "early.pt");

    assertThat(early.exitCode()).as(early.err()).isEqualTo(7);
    assertThat(early.err()).contains("denies: NoAccess");
    assertThat(workspace.resolve("early.pt")).doesNotExist();

    devnet.awaitLine("window " + window + " is final", WHOLE_RUN);
    open(node, "late.pt").succeeded();
    assertThat(workspace.resolve("late.pt")).isNotEmptyFile();
  }

  @Test
  @Order(2)
  void oneOfThreeKeyServersMayBeDown() throws IOException {
    open(nodeBeside("one-down", List.of("http://127.0.0.1:1/")), "one-down.pt").succeeded();

    assertThat(workspace.resolve("one-down.pt"))
        .hasSameBinaryContentAs(workspace.resolve("late.pt"));
  }

  @Test
  @Order(3)
  void withTwoDownTheErrorNamesBoth() throws IOException {
    List<String> down = List.of("http://127.0.0.1:1/", "http://127.0.0.1:2/");

    Product.Outcome refused = open(nodeBeside("two-down", down), "two-down.pt");

    assertThat(refused.exitCode()).as(refused.err()).isEqualTo(4);
    assertThat(refused.err()).contains("at " + down.getFirst() + " fails: ");
    assertThat(refused.err()).contains("at " + down.getLast() + " fails: ");
  }

  @Test
  @Order(4)
  void aCopiedPayloadEarnsNothing() {
    JsonNode summary = devnet.await(WHOLE_RUN).succeeded().json();

    assertThat(summary.path("audit").asString()).isEqualTo("PASS");
    JsonNode copycat = summary.path("miners").path(2);
    assertThat(copycat.path("kind").asString()).isEqualTo("copycat");
    assertThat(copycat.path("payShare").asDouble()).isZero();
    assertThat(copycat.path("verdicts").propertyNames()).isNotEmpty().doesNotContain("ACCEPTED");
  }

  @Test
  @Order(5)
  void theAuditOfAStoppedNetworkNeedsNothingRunningAndLeavesTheKeyServersLogs() throws IOException {
    List<String> before = auditLogs();

    Product.Outcome audit = product.run(COMMAND, "audit", "--data-dir", data.toString());

    assertThat(audit.succeeded().out()).startsWith("audit PASS");
    assertThat(auditLogs())
        .isEqualTo(before)
        .anySatisfy(log -> assertThat(log).contains("NoAccess"));
  }

  /** Miner 1's payload of that window, as a node opens it that has no key of its own. */
  private Product.Outcome open(Path node, String file) {
    return product.run(
        COMMAND,
        "payload",
        "export",
        "--window",
        window,
        "--miner",
        "1",
        "--out",
        workspace.resolve(file).toString(),
        "--config",
        node.toString());
  }

  /**
   * The configuration of a node beside the devnet.
   *
   * @param down addresses of key servers that nobody answers at, instead of the first ones
   */
  private Path nodeBeside(String name, List<String> down) throws IOException {
    List<String> left = new ArrayList<>(down);
    String sealer =
        KEY_SERVER
            .matcher(Files.readString(data.resolve("sealer.conf")))
            .replaceAll(address -> left.isEmpty() ? address.group() : left.removeFirst());
    return Files.writeString(
        workspace.resolve(name + ".conf"),
        """
        node.dataset = "%s"
        chain.local.endpoint = "%s"
        storage.local.directory = "%s"
        %s
        """
            .formatted(
                data.resolve("dataset"),
                Files.readString(data.resolve("ledger/endpoint")).strip(),
                data.resolve("storage"),
                sealer));
  }

  private List<String> auditLogs() throws IOException {
    List<String> logs = new ArrayList<>();
    for (int number = 1; number <= 3; number++) {
      logs.add(
          Files.readString(
              data.resolve("plugin-data/service-key-server-" + number + "/audit.log")));
    }
    return logs;
  }
}
