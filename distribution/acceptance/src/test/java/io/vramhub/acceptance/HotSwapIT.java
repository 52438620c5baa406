package io.vramhub.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * A running devnet whose every plugin is rebuilt in every window: chain, storage, rating, framework
 * and evaluator. Not the seal plugin: its key servers are handed over, which takes as long as a
 * window of this network. {@code -Dvramhub.swaps=50} swaps fifty times.
 */
final class HotSwapIT {
  private static final int SWAPS = Integer.getInteger("vramhub.swaps", 3);
  private static final String WINDOW = System.getProperty("vramhub.swaps.window", "15s");
  private static final Duration WINDOW_LIMIT = Duration.ofMinutes(2);
  private static final Duration REST = Duration.ofMinutes(10);
  private static final Pattern SWAPPED =
      Pattern.compile(
          "(.+): (vramhub-\\S+) \\S+ -> \\S+ (\\S+) since window (\\d+), took (\\d+) ms");

  /** Plugin id to the slots it fills in a network of one validator. */
  private static final Map<String, String> SLOTS =
      Map.of(
          "vramhub-chain-local", "chain",
          "vramhub-storage-local", "storage",
          "vramhub-rating-openskill", "rating",
          "vramhub-framework-djl", "framework",
          "vramhub-evaluator-enclave", "evaluator-1");

  @TempDir private static Path workspace;
  private final Product product = new Product(workspace);
  private final Path development = workspace.resolve("development");

  @Test
  void everyPluginIsSwappedInEveryWindowAndNothingIsLost() throws IOException {
    Files.createDirectories(development);
    String data = workspace.resolve("network").toString();
    Product.Running devnet =
        product.start(
            "devnet",
            "--miners",
            "2",
            "--validators",
            "1",
            "--windows",
            Integer.toString(SWAPS + 2),
            "--window",
            WINDOW,
            "--seed",
            "7",
            "--no-ui",
            "--output",
            "json",
            "--plugin",
            development.toString(),
            "--data-dir",
            data);
    List<Long> heap = new ArrayList<>();
    for (int swap = 1; swap <= SWAPS; swap++) {
      devnet.awaitLine("window " + swap + " opened", WINDOW_LIMIT);
      for (String plugin : SLOTS.keySet()) {
        build(plugin, "0.1." + swap);
      }
      devnet.awaitLine("since window " + (swap + 1) + ",", WINDOW_LIMIT);
      heap.add(devnet.liveHeap());
    }
    devnet.awaitLine("window " + (SWAPS + 2) + " opened", WINDOW_LIMIT);
    devnet.liveHeap();
    JsonNode plugins =
        product
            .run(REST, "plugin", "list", "--output", "json", "--data-dir", data)
            .succeeded()
            .json();
    assertThat(plugins.path("uncollected")).as("classes still in memory").isEmpty();

    Product.Outcome outcome = devnet.await(REST).succeeded();
    JsonNode summary = outcome.json();
    assertThat(summary.path("windows").asInt()).isEqualTo(SWAPS + 2);
    assertThat(summary.path("invariants").asString()).isEqualTo("PASS");
    assertThat(summary.path("audit").asString()).isEqualTo("PASS");
    assertThat(outcome.err()).doesNotContain("skipped").doesNotContain("failed");

    Map<String, List<Long>> took = swaps(outcome.err());
    took.forEach(
        (plugin, millis) ->
            System.out.printf(
                "%-28s %d swaps, ms until the old one was closed: median %d, most %d%n",
                plugin,
                millis.size(),
                millis.stream().sorted().skip(millis.size() / 2).findFirst().orElseThrow(),
                longs(millis).max().orElseThrow()));
    System.out.printf(
        "live heap, KiB: after the first swap %d, after the last %d%n",
        heap.getFirst(), heap.getLast());
    assertThat(took.keySet()).isEqualTo(SLOTS.keySet());
    assertThat(took.values()).allSatisfy(each -> assertThat(each).hasSize(SWAPS));
  }

  private static LongStream longs(List<Long> values) {
    return values.stream().mapToLong(Long::longValue);
  }

  private static Map<String, List<Long>> swaps(String lines) {
    return lines
        .lines()
        .map(SWAPPED::matcher)
        .filter(Matcher::find)
        .collect(
            Collectors.groupingBy(
                match -> match.group(2),
                TreeMap::new,
                Collectors.mapping(match -> Long.valueOf(match.group(5)), Collectors.toList())));
  }

  /** The shipped jar with another version, as a build would put it there. */
  private void build(String plugin, String version) throws IOException {
    Path next = workspace.resolve(plugin + ".next");
    try (JarFile shipped = new JarFile(product.plugin(plugin).toFile())) {
      Manifest manifest = shipped.getManifest();
      manifest.getMainAttributes().put(new Attributes.Name("Plugin-Version"), version);
      try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(next), manifest)) {
        for (var entry : shipped.stream().filter(HotSwapIT::isContent).toList()) {
          out.putNextEntry(new java.util.zip.ZipEntry(entry.getName()));
          try (var in = shipped.getInputStream(entry)) {
            in.transferTo(out);
          }
        }
      }
    }
    Files.move(
        next,
        development.resolve(plugin + ".jar"),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  private static boolean isContent(java.util.jar.JarEntry entry) {
    return !entry.isDirectory() && !entry.getName().equals(JarFile.MANIFEST_NAME);
  }
}
