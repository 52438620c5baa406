package io.vramhub.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.node.http.AdminNote;
import io.vramhub.node.http.PluginsReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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

  @Test
  void anOrderWithoutARunningNodeSaysSo() {
    String data = directory.toString();

    assertThat(run("plugin", "swap", "storage", "mine", "--data-dir", data)).isEqualTo(3);
    assertThat(run("config", "reload", "--data-dir", data)).isEqualTo(3);
    assertThat(err.toString())
        .isEqualTo(
            ("vramhub: no node runs on "
                    + data
                    + "; name the --data-dir of a running devnet or node\n")
                .repeat(2));
  }

  @Test
  void aWindowBeforeTheFirstIsAUsageError() {
    assertThat(run("plugin", "swap", "storage", "mine", "--at-window", "-1")).isEqualTo(1);
    assertThat(err.toString()).contains("--at-window counts from 0");
  }

  @Test
  void whatANodeDidIsToldInWordsAndTheLastFailureIsTheExitCode() {
    NotePrinter notes = new NotePrinter(new PrintWriter(out, true), false);
    notes.accept(new AdminNote.NeedsRestart(List.of("node.label", "node.role")));
    notes.accept(new AdminNote.Staged(List.of("storage"), "mine 2.0"));
    notes.accept(new AdminNote.Failed(ErrorCode.PLUGIN_INVALID, "no plugin provides 'x'"));
    notes.accept(
        new AdminNote.Swapped(List.of("storage"), "local 1.0", "mine 2.0", Optional.of(7L), 120));

    assertThat(notes.end("nothing")).isEqualTo(8);
    assertThat(out.toString())
        .isEqualTo(
            """
            changed, but needs a restart: node.label, node.role
            storage: mine 2.0 is open and waits for its window
            failed: no plugin provides 'x'
            storage: local 1.0 -> mine 2.0 since window 7, took 120 ms
            """);
  }

  @Test
  void whatANodeDidIsOneJsonObjectOnDemand() {
    NotePrinter notes = new NotePrinter(new PrintWriter(out, true), true);
    notes.accept(
        new AdminNote.Swapped(List.of("storage"), "local 1.0", "mine 2.0", Optional.empty(), 120));

    assertThat(notes.end("nothing")).isZero();
    assertThat(out.toString())
        .isEqualTo(
            "{\"version\":1,\"notes\":[{\"note\":\"swapped\",\"slots\":[\"storage\"],"
                + "\"from\":\"local 1.0\",\"to\":\"mine 2.0\",\"window\":null,\"tookMs\":120}]}\n");
  }

  @Test
  void theSlotsOfARunningNodeAreATable() {
    PluginsReport report =
        new PluginsReport(
            List.of(
                new PluginsReport.Slot(
                    "storage",
                    "StorageBackend",
                    "local",
                    "storage-local 1",
                    Optional.of("mine 2"))),
            List.of(),
            List.of("mine 1"));

    assertThat(PluginListCommand.text(report))
        .isEqualTo(
            """

            slot     kind            use    filled by        next
            storage  StorageBackend  local  storage-local 1  mine 2

            replaced, not collected yet: mine 1
            """);
  }

  private int run(String... arguments) {
    return VramHubCommand.execute(
        new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }
}
