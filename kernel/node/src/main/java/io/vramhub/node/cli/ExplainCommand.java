package io.vramhub.node.cli;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.MinerResult;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.ScoreEntry;
import io.vramhub.api.model.SignedScoreReport;
import io.vramhub.api.model.Verdict;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.model.WindowResult;
import io.vramhub.node.ReadOnlyNetwork;
import io.vramhub.protocol.chain.ChainState;
import io.vramhub.protocol.chain.WindowRecord;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says in words, with this miner's numbers, why a window paid what it paid. */
@Command(
    name = "explain",
    description = "Say in words why a window paid a miner what it paid.",
    mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {
  @Mixin private NetworkOptions options = new NetworkOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--miner", paramLabel = "UID", required = true, description = "The miner.")
  private int miner;

  @Option(names = "--window", paramLabel = "N", required = true, description = "The window.")
  private long window;

  @Override
  public Integer call() {
    try (ReadOnlyNetwork network = options.open()) {
      ChainState state = network.state();
      explain(
          state,
          WindowCommand.find(state, new WindowId(window)),
          new MinerUid(miner),
          spec.commandLine().getOut());
    }
    return 0;
  }

  private static void explain(
      ChainState state, WindowRecord window, MinerUid uid, PrintWriter out) {
    if (state.miner(uid).isEmpty()) {
      throw new HubException(
          ErrorCode.USAGE, "there is no miner " + uid + "; `vramhub status` lists them");
    }
    out.println("Miner " + uid + " in window " + window.window());
    if (window.slot(uid).isEmpty()) {
      out.println(
          "- It was not active when the window opened, so it had no pages and could not commit.");
      return;
    }
    NetworkParameters parameters = state.parameters(window.window());
    out.println(
        "- It was in slot "
            + window.slot(uid).getAsInt()
            + " and was assigned "
            + parameters.model().pagesPerMiner()
            + " pages.");
    WindowRecord.Commit commit = window.commits().get(uid);
    if (commit == null) {
      out.println("- It committed nothing before the deadline: no rating, no pay.");
      return;
    }
    out.println(
        "- It committed "
            + Words.bytes(commit.gradient().size())
            + ", "
            + Words.seconds(commit.timeMs() - window.openedAtMs())
            + " after the window opened, with content hash "
            + commit.gradient().contentHash()
            + ".");
    for (SignedScoreReport report : window.scores().values()) {
      report.report().entries().stream()
          .filter(entry -> entry.miner().equals(uid))
          .forEach(
              entry ->
                  out.println(
                      "- Validator "
                          + report.report().validator()
                          + "'s enclave signed: "
                          + sentence(entry)));
    }
    Optional<WindowResult> result = window.result();
    if (result.isEmpty()) {
      out.println("- The window is not final yet.");
      return;
    }
    Optional<MinerResult> line =
        result.get().miners().stream().filter(row -> row.miner().equals(uid)).findFirst();
    if (line.isEmpty()) {
      out.println("- The window ended empty: too few scores, so nothing changed for anyone.");
      return;
    }
    explainResult(parameters, result.get(), line.get(), out);
  }

  private static String sentence(ScoreEntry entry) {
    return entry.verdict() == Verdict.ACCEPTED
        ? "accepted, held-out loss "
            + change(entry.heldoutGain().value())
            + ", loss on its own pages "
            + change(entry.assignedGain().value())
            + "."
        : entry.verdict() + ".";
  }

  private static String change(long gainNanos) {
    return gainNanos >= 0
        ? "lowered by " + gainNanos / 1e9 + " nats"
        : "raised by " + -gainNanos / 1e9 + " nats";
  }

  private static void explainResult(
      NetworkParameters parameters, WindowResult result, MinerResult line, PrintWriter out) {
    out.println(
        "- The stake-weighted medians are: held-out gain "
            + Words.nats(line.heldoutGain())
            + ", assigned gain "
            + Words.nats(line.assignedGain())
            + " nats per token.");
    out.println(
        "- Its rating went from "
            + Words.rating(line.before())
            + " to "
            + Words.rating(line.after())
            + ".");
    out.println(
        "- Its proof-of-computation average is "
            + Words.percent(line.proofNanos())
            + " (threshold "
            + Words.percent(parameters.scoring().proofThresholdNanos())
            + "): it was "
            + (line.eligible() ? "eligible." : "not eligible."));
    out.println(
        "- max(0, mu - 3 sigma)^2, with mu - 3 sigma = "
            + line.after().ordinalNanos() / 1e9
            + ", gives it "
            + Words.percent(line.weightNanos())
            + " of the miners' share.");
    int place = result.topG().indexOf(line.miner());
    out.println(
        place >= 0
            ? "- Its gradient was merged into the next checkpoint, as number "
                + (place + 1)
                + " of "
                + result.topG().size()
                + "."
            : "- Its gradient was not merged.");
    out.println(
        "- Pay: "
            + WindowCommand.pay(result, line.miner())
            + " VRAM of "
            + Words.coins(result.emission())
            + " issued.");
  }
}
