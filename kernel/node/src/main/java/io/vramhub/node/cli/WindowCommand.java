package io.vramhub.node.cli;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Credit;
import io.vramhub.api.model.MinerResult;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.Payee;
import io.vramhub.api.model.ScoreEntry;
import io.vramhub.api.model.SignedScoreReport;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.model.WindowResult;
import io.vramhub.node.ReadOnlyNetwork;
import io.vramhub.protocol.chain.ChainState;
import io.vramhub.protocol.chain.WindowRecord;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows windows. */
@Command(name = "window", description = "Show windows.", mixinStandardHelpOptions = true)
final class WindowCommand {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Command(name = "list", description = "One line per window.", mixinStandardHelpOptions = true)
  int list(@Mixin NetworkOptions options) {
    try (ReadOnlyNetwork network = options.open()) {
      Table table =
          new Table(
              "window",
              "base",
              "committed",
              "reports",
              "merged",
              "best gain",
              "emission",
              "outcome");
      for (WindowRecord window : network.state().windows()) {
        Optional<WindowResult> result = window.result();
        table.row(
            window.window(),
            window.opened().base().window(),
            window.commits().size(),
            window.scores().size(),
            result.map(value -> Integer.toString(value.topG().size())).orElse("-"),
            result
                .flatMap(
                    value ->
                        value.miners().stream()
                            .map(MinerResult::heldoutGain)
                            .max(java.util.Comparator.naturalOrder()))
                .map(Words::nats)
                .orElse("-"),
            result.map(value -> Words.coins(value.emission())).orElse("-"),
            result.map(value -> value.empty() ? "empty" : "final").orElse("open"));
      }
      spec.commandLine().getOut().print(table);
      spec.commandLine().getOut().flush();
    }
    return 0;
  }

  @Command(
      name = "show",
      description = "Everything the chain knows of one window.",
      mixinStandardHelpOptions = true)
  int show(
      @Mixin NetworkOptions options,
      @Parameters(paramLabel = "N", description = "Number of the window.") long number) {
    try (ReadOnlyNetwork network = options.open()) {
      ChainState state = network.state();
      print(state, find(state, new WindowId(number)), spec.commandLine().getOut());
    }
    return 0;
  }

  static WindowRecord find(ChainState state, WindowId window) {
    return state
        .window(window)
        .orElseThrow(
            () ->
                new HubException(
                    ErrorCode.USAGE,
                    "window "
                        + window
                        + " was never opened; the newest is "
                        + state
                            .newestWindow()
                            .map(newest -> newest.window().toString())
                            .orElse("none")));
  }

  private static void print(ChainState state, WindowRecord window, PrintWriter out) {
    out.println("window          " + window.window());
    out.println(
        "base            checkpoint "
            + window.opened().base().window()
            + ", root "
            + window.opened().base().root());
    out.println("assignment seed " + window.opened().assignmentSeed());
    window
        .scoring()
        .ifPresent(scoring -> out.println("evaluation seed " + scoring.evaluationSeed()));
    out.println();
    Table commits = new Table("miner", "label", "committed after", "size", "content hash");
    window
        .commits()
        .forEach(
            (miner, commit) ->
                commits.row(
                    miner,
                    label(state, miner),
                    Words.seconds(commit.timeMs() - window.openedAtMs()),
                    Words.bytes(commit.gradient().size()),
                    commit.gradient().contentHash().hex().substring(0, 16)));
    out.println(commits);
    Table reports = new Table("validator", "miner", "verdict", "held-out gain", "assigned gain");
    for (SignedScoreReport report : window.scores().values()) {
      for (ScoreEntry entry : report.report().entries()) {
        reports.row(
            report.report().validator(),
            entry.miner(),
            entry.verdict(),
            Words.nats(entry.heldoutGain()),
            Words.nats(entry.assignedGain()));
      }
    }
    out.println(reports);
    if (window.result().isEmpty()) {
      out.println("not final yet");
      return;
    }
    WindowResult result = window.result().get();
    if (result.empty()) {
      out.println(
          "final and empty: too few scores; no emission, ratings unchanged, the base carries over");
      return;
    }
    Table results =
        new Table(
            "miner",
            "verdict",
            "gain",
            "proof",
            "rating before",
            "after",
            "eligible",
            "weight",
            "pay");
    for (MinerResult miner : result.miners()) {
      results.row(
          miner.miner(),
          miner.verdict(),
          Words.nats(miner.heldoutGain()),
          Words.percent(miner.proofNanos()),
          Words.rating(miner.before()),
          Words.rating(miner.after()),
          miner.eligible() ? "yes" : "no",
          Words.percent(miner.weightNanos()),
          pay(result, miner.miner()));
    }
    out.println(results);
    out.println(
        "merged     "
            + result.topG().stream().map(MinerUid::toString).collect(Collectors.joining(", ")));
    out.println("emission   " + Words.coins(result.emission()) + " VRAM");
    state
        .checkpoint(window.nextCheckpoint())
        .ifPresentOrElse(
            checkpoint ->
                out.println(
                    "checkpoint "
                        + checkpoint.checkpoint().window()
                        + ", root "
                        + checkpoint.checkpoint().root()),
            () -> out.println("checkpoint not anchored"));
  }

  static String pay(WindowResult result, MinerUid miner) {
    return result.credits().stream()
        .filter(credit -> credit.payee().equals(new Payee.Miner(miner)))
        .map(Credit::amount)
        .map(Words::coins)
        .findFirst()
        .orElse("0.0000");
  }

  static String label(ChainState state, MinerUid miner) {
    return state.miner(miner).map(record -> Words.foreign(record.label())).orElse("");
  }
}
