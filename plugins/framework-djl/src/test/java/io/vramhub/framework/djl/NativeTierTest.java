package io.vramhub.framework.djl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** In another process, because a JVM can load PyTorch through one class loader only. */
final class NativeTierTest {
  private static final Path TIER =
      Path.of("target", "tier", "djl-pytorch-" + NativeTier.PYTORCH_VERSION);

  private static final List<String> HOST_LIBRARIES =
      List.of(
          "plugin-api",
          "reactor-core",
          "reactive-streams",
          "pf4j",
          "slf4j-api",
          "jspecify",
          "config-",
          "test-classes");

  @Test
  void holdsDjlAndItsNativesAndNothingTheHostShares() throws Exception {
    try (Stream<Path> jars = Files.list(TIER)) {
      assertThat(jars.map(jar -> jar.getFileName().toString()))
          .anyMatch(name -> name.startsWith("api-0."))
          .anyMatch(name -> name.startsWith("pytorch-engine-0."))
          .anyMatch(name -> name.startsWith("pytorch-jni-" + NativeTier.PYTORCH_VERSION))
          .anyMatch(name -> name.startsWith("pytorch-native-cpu-" + NativeTier.PYTORCH_VERSION))
          .anyMatch(name -> name.startsWith("jna-"))
          .noneMatch(name -> name.startsWith("slf4j") || name.startsWith("vramhub"))
          .hasSize(9);
    }
  }

  @Test
  void generationsSwapAboveOneTierAndAreCollected() throws Exception {
    List<String> output = host();
    assertThat(output).anyMatch(line -> line.startsWith("without tier: PLUGIN_INVALID framework"));
    assertThat(value(output, "first loss")).isEqualTo(value(output, "second loss"));
    assertThat(Float.parseFloat(value(output, "first loss"))).isBetween(1f, 8f);
    assertThat(value(output, "first collected")).isEqualTo("true");
    assertThat(value(output, "second collected")).isEqualTo("true");
    assertThat(value(output, "engine's loader")).isEqualTo("tier");
  }

  private static List<String> host() throws Exception {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> HOST_LIBRARIES.stream().anyMatch(entry::contains))
            .filter(entry -> !entry.contains("ai" + File.separator + "djl"))
            .filter(entry -> !entry.contains("protocol") && !entry.contains("numerics"))
            .collect(Collectors.joining(File.pathSeparator));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                classPath,
                TierHost.class.getName(),
                TIER.toString(),
                Path.of("target", "classes").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    process.onExit().completeOnTimeout(process, 120, TimeUnit.SECONDS).thenAccept(Process::destroy);
    List<String> lines =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .toList();
    assertThat(process.waitFor()).as(() -> String.join("\n", lines)).isZero();
    return lines;
  }

  private static String value(List<String> lines, String what) {
    String start = what + ": ";
    return lines.stream()
        .filter(line -> line.startsWith(start))
        .map(line -> line.substring(start.length()))
        .findFirst()
        .orElseThrow();
  }
}
