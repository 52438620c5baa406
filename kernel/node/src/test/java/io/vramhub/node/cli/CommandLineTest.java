package io.vramhub.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLineTest {
  @TempDir private Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void unknownCommandIsAUsageErrorWithASuggestion() {
    assertThat(run("devnte")).isEqualTo(1);
    assertThat(err.toString()).contains("devnet");
  }

  @Test
  void unknownKeyEndsWithTheConfigurationExitCode() throws IOException {
    Path file = Files.writeString(directory.resolve("devnet.conf"), "network.topkk = 3\n");

    assertThat(run("config", "validate", "--devnet", file.toString())).isEqualTo(2);
    assertThat(err.toString())
        .contains(file + ":1: error: unknown key 'network.topkk' - did you mean 'network.topk'?");
  }

  @Test
  void everyKeyIsExplained() {
    assertThat(run("config", "show", "--devnet")).isZero();
    assertThat(out.toString())
        .contains("# Values kept of each 4,096.")
        .contains("network.topk = 32   # default");
  }

  @Test
  void foreignTextCannotSteerATerminal() {
    assertThat(Words.foreign("\u001b[2Jmine\u202er")).isEqualTo("[2Jminer");
  }

  @Test
  void versionIsOneJsonObjectOnDemand() {
    assertThat(run("version", "--output", "json")).isZero();
    assertThat(out.toString()).startsWith("{\"version\":1,");
  }

  private int run(String... arguments) {
    return VramHubCommand.execute(
        new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }
}
