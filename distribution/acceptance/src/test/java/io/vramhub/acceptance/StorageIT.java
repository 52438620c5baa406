package io.vramhub.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * One network, made once, runs three times at once, each time on another storage: where the bytes
 * lie changes nothing of what comes out. Few steps in long windows, so that no miner ever runs out
 * of time and trains less.
 */
@Tag("slow")
final class StorageIT {
  private static final Duration RUN = Duration.ofMinutes(5);
  private static final Duration COMMAND = Duration.ofMinutes(2);
  private static final String FEW_STEPS = "network { window = 45s, inner-steps = 2 }\n";
  private static final int WINDOWS = 2;

  /** What a network is before its first window. */
  private static final List<String> BEGINNING =
      List.of("devnet.json", "devnet.secret", "genesis.bcs", "enclave", "dataset");

  @TempDir private static Path workspace;
  private final Product product = new Product(workspace);

  @Test
  void localR2AndWalrusEndWithTheSameModel() throws IOException {
    makeNetwork();
    try (StorageServer r2 = StorageServer.r2(workspace);
        StorageServer walrus = StorageServer.walrus()) {
      Product.Running onLocal = start("local", FEW_STEPS);
      Product.Running onR2 = start("r2", FEW_STEPS + r2.configuration());
      Product.Running onWalrus = start("walrus", FEW_STEPS + walrus.configuration());

      String root = finalRoot(onLocal);
      assertThat(root).hasSize(64);
      assertThat(finalRoot(onR2)).isEqualTo(root);
      assertThat(finalRoot(onWalrus)).isEqualTo(root);
      assertThat(audit("r2")).startsWith("audit PASS");
      assertThat(audit("walrus")).startsWith("audit PASS");
    }
  }

  @Test
  void storageWithoutItsSettingsIsRefusedInOneSentence() {
    Product.Outcome outcome =
        product.run(
            COMMAND,
            "devnet",
            "--storage",
            "walrus",
            "--windows",
            "1",
            "--no-ui",
            "--data-dir",
            workspace.resolve("refused").toString());

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err())
        .contains("storage setting 'aggregators' is missing: name at least one aggregator");
  }

  /** Starts it once, so that it has its keys and its genesis, and stops it before a window. */
  private void makeNetwork() throws IOException {
    Product.Running beginning = start("beginning", FEW_STEPS, "local");
    beginning.awaitLine("validator 1 registered with", RUN);
    beginning.kill();
    for (String storage : List.of("local", "r2", "walrus")) {
      copyBeginning(storage);
    }
  }

  private Product.Running start(String storage, String configuration) throws IOException {
    return start(storage, configuration, storage);
  }

  private Product.Running start(String network, String configuration, String storage)
      throws IOException {
    Path file = Files.writeString(workspace.resolve(network + ".conf"), configuration);
    return product.start(
        "devnet",
        "--miners",
        "2",
        "--validators",
        "1",
        "--windows",
        Integer.toString(WINDOWS),
        "--seed",
        "7",
        "--storage",
        storage,
        "--config",
        file.toString(),
        "--no-ui",
        "--output",
        "json",
        "--data-dir",
        data(network).toString());
  }

  private static String finalRoot(Product.Running devnet) {
    JsonNode summary = devnet.await(RUN).succeeded().json();
    assertThat(summary.path("heldoutLoss").path("last").asDouble())
        .isLessThan(summary.path("heldoutLoss").path("first").asDouble());
    assertThat(summary.path("audit").asString()).isEqualTo("PASS");
    return summary.path("finalRoot").asString();
  }

  private String audit(String storage) {
    return product
        .run(
            COMMAND,
            "audit",
            "--from",
            "1",
            "--to",
            Integer.toString(WINDOWS),
            "--data-dir",
            data(storage).toString())
        .succeeded()
        .out();
  }

  private static Path data(String network) {
    return workspace.resolve("network-" + network);
  }

  private static void copyBeginning(String network) throws IOException {
    Path from = data("beginning");
    Path to = Files.createDirectory(data(network));
    List<Path> paths = new ArrayList<>();
    for (String name : BEGINNING) {
      try (Stream<Path> tree = Files.walk(from.resolve(name))) {
        tree.forEach(paths::add);
      }
    }
    for (Path path : paths) {
      Files.copy(path, to.resolve(from.relativize(path)), StandardCopyOption.COPY_ATTRIBUTES);
    }
  }
}
