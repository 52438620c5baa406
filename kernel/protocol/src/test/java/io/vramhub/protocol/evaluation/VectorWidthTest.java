package io.vramhub.protocol.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The same numbers in JVMs that are held to narrower vectors than the CPU has. To run every test of
 * a module that way: {@code JAVA_TOOL_OPTIONS=-XX:UseAVX=1 mvn -pl kernel/protocol -am verify},
 * with 1, 2 or 3 for 4, 8 or 16 lanes.
 */
class VectorWidthTest {
  @Test
  void thisMachineComputesTheGoldenNumbers() {
    assertThat(GoldenLoss.measure(GoldenLoss::strictLoss)).isEqualTo(GoldenLoss.EXPECTED);
    assertThat(GoldenLoss.measure(GoldenLoss::definedLoss)).isEqualTo(GoldenLoss.EXPECTED);
  }

  @ParameterizedTest
  @CsvSource({"1, 4", "2, 8"})
  void narrowerVectorsComputeTheGoldenNumbers(int avx, int lanes)
      throws IOException, InterruptedException {
    assumeX86();
    assertThat(run("-XX:UseAVX=" + avx)).isEqualTo("lanes " + lanes + "\n" + GoldenLoss.EXPECTED);
  }

  @Test
  void aMachineWithoutFusedMultiplyAddIsRefused() throws IOException, InterruptedException {
    assumeX86();
    assertThat(run("-XX:UseAVX=0"))
        .contains("NOT_SUPPORTED strict evaluation needs fused multiply-add")
        .contains("-XX:UseAVX=0");
  }

  private static void assumeX86() {
    assumeTrue(
        System.getProperty("os.arch").equals("amd64"), "the width of vectors is an x86 option");
  }

  private static String run(String option) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--add-modules=jdk.incubator.vector");
    command.add(option);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(GoldenLoss.class.getName());
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
