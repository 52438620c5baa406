package io.vramhub.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * A devnet on the example plugins, whose jars were built outside of this build with nothing but the
 * published artefacts.
 */
final class ExamplePluginsIT {
  private static final Duration WHOLE_RUN = Duration.ofMinutes(5);

  @TempDir private static Path workspace;
  private final Product product = new Product(workspace);
  private final Path data = workspace.resolve("network");

  @Test
  void aNetworkRunsOnTheArchiveAndIsComparedWithElo() {
    Product.Outcome outcome =
        product
            .run(
                WHOLE_RUN,
                "devnet",
                "--plugin",
                target("storage-archive"),
                "--plugin",
                target("rating-elo"),
                "--miners",
                "2",
                "--validators",
                "1",
                "--windows",
                "3",
                "--window",
                "12s",
                "--seed",
                "7",
                "--no-ui",
                "--output",
                "json",
                "--data-dir",
                data.toString())
            .succeeded();

    assertThat(outcome.err())
        .contains("storage: filled by 'archive'")
        .contains("rating: filled by 'elo'")
        // The ledger rates by OpenSkill, so the comparison must find a difference.
        .contains("is not the one computed here");
    JsonNode summary = outcome.json();
    assertThat(summary.path("invariants").asString()).isEqualTo("PASS");
    assertThat(summary.path("audit").asString()).isEqualTo("PASS");
    assertThat(summary.path("heldoutLoss").path("last").asDouble())
        .isLessThan(summary.path("heldoutLoss").path("first").asDouble());
    assertThat(data.resolve("plugin-data/storage/objects.archive")).isNotEmptyFile();
  }

  private static String target(String example) {
    return Path.of(System.getProperty("vramhub.examples"), example, "target").toString();
  }
}
