package io.vramhub.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * One network, made once, runs three times, each time on another storage: where the bytes lie
 * changes nothing of what comes out. Few steps in long windows, so that no miner ever runs out of
 * time and trains less.
 */
final class StorageIT {
  private static final Duration RUN = Duration.ofMinutes(4);
  private static final Duration COMMAND = Duration.ofMinutes(2);
  private static final String FEW_STEPS = "network { window = 10s, inner-steps = 2 }\n";
  private static final String LAST_WINDOW = "2";

  /** What a network is before its first window. */
  private static final List<String> BEGINNING =
      List.of("devnet.json", "devnet.secret", "genesis.bcs", "enclave", "dataset");

  @TempDir private static Path workspace;
  private final Product product = new Product(workspace);

  @Test
  void localR2AndWalrusEndWithTheSameModel() throws IOException {
    JsonNode local = run("local", FEW_STEPS);
    copyBeginning("r2");
    copyBeginning("walrus");
    JsonNode r2;
    try (StorageServer server = StorageServer.r2(workspace)) {
      r2 = run("r2", FEW_STEPS + server.configuration());
    }
    JsonNode walrus;
    try (StorageServer server = StorageServer.walrus()) {
      walrus = run("walrus", FEW_STEPS + server.configuration());
      assertThat(audit("walrus")).startsWith("audit PASS");
    }

    String root = local.path("finalRoot").asString();
    assertThat(root).hasSize(64);
    assertThat(r2.path("finalRoot").asString()).isEqualTo(root);
    assertThat(walrus.path("finalRoot").asString()).isEqualTo(root);
  }

  private JsonNode run(String storage, String configuration) throws IOException {
    Path file = Files.writeString(workspace.resolve(storage + ".conf"), configuration);
    JsonNode summary =
        product
            .run(
                RUN,
                "devnet",
                "--miners",
                "2",
                "--validators",
                "1",
                "--windows",
                LAST_WINDOW,
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
                data(storage).toString())
            .succeeded()
            .json();
    assertThat(summary.path("windows").asInt()).isEqualTo(2);
    assertThat(summary.path("audit").asString()).isEqualTo("PASS");
    return summary;
  }

  private String audit(String storage) {
    return product
        .run(
            COMMAND,
            "audit",
            "--from",
            "1",
            "--to",
            LAST_WINDOW,
            "--data-dir",
            data(storage).toString())
        .succeeded()
        .out();
  }

  private Path data(String storage) {
    return workspace.resolve("network-" + storage);
  }

  private void copyBeginning(String storage) throws IOException {
    Path from = data("local");
    Path to = data(storage);
    Files.createDirectory(to);
    List<Path> paths = new ArrayList<>();
    for (String name : BEGINNING) {
      try (Stream<Path> tree = Files.walk(from.resolve(name))) {
        tree.forEach(paths::add);
      }
    }
    for (Path path : paths) {
      Files.copy(
          path,
          to.resolve(from.relativize(path)),
          java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
    }
  }
}
