package io.vramhub.node.cli;

import io.vramhub.api.model.Coins;
import io.vramhub.api.model.Payee;
import io.vramhub.node.ReadOnlyNetwork;
import io.vramhub.protocol.chain.ChainState;
import io.vramhub.protocol.chain.MinerRecord;
import io.vramhub.protocol.chain.ValidatorRecord;
import io.vramhub.protocol.chain.WindowRecord;
import io.vramhub.protocol.window.WindowSchedule;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Where a network stands. */
@Command(
    name = "status",
    description = "Show where a network stands.",
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  @Mixin private NetworkOptions options = new NetworkOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    try (ReadOnlyNetwork network = options.open()) {
      ChainState state = network.state();
      PrintWriter out = spec.commandLine().getOut();
      if (options.json()) {
        out.println(json(state, network.timeMs()));
      } else {
        print(state, network.timeMs(), out);
      }
    }
    return 0;
  }

  private static void print(ChainState state, long nowMs, PrintWriter out) {
    out.println("network    " + state.network());
    out.println("events     " + state.sequence());
    Optional<WindowRecord> newest = state.newestWindow();
    if (newest.isEmpty()) {
      out.println("window     none opened yet");
    } else {
      WindowRecord window = newest.get();
      WindowSchedule schedule = new WindowSchedule(state.parameters(window.window()).schedule());
      long left = schedule.closesAt(window.window()) - nowMs;
      out.println(
          "window     "
              + window.window()
              + ", "
              + schedule.phaseAt(window.window(), nowMs)
              + (left > 0 ? ", closes in " + Words.seconds(left) : "")
              + "; "
              + window.commits().size()
              + " of "
              + window.opened().miners().size()
              + " committed, "
              + window.scores().size()
              + " reports");
    }
    out.println(
        "checkpoint "
            + state.newestCheckpoint().window()
            + ", root "
            + state.newestCheckpoint().root());
    out.println("issued     " + Words.coins(state.issued()) + " VRAM");
    out.println();
    Table miners =
        new Table("miner", "label", "stake", "mu±sigma", "ordinal", "proof", "credit", "state");
    for (MinerRecord miner : state.miners()) {
      miners.row(
          miner.uid(),
          Words.foreign(miner.label()),
          Words.coins(miner.stake()),
          Words.rating(miner.rating()),
          Words.coins(new Coins(Math.max(0, miner.rating().ordinalNanos()))),
          Words.percent(miner.proofNanos()),
          Words.coins(state.credit(new Payee.Miner(miner.uid()))),
          miner.active() ? "active" : "left");
    }
    out.println(miners);
    Table validators =
        new Table(
            "validator", "label", "stake", "enclave", "epoch", "deviations", "credit", "state");
    for (ValidatorRecord validator : state.validators()) {
      validators.row(
          validator.uid(),
          Words.foreign(validator.label()),
          Words.coins(validator.stake()),
          validator.enclave().map(enclave -> enclave.kind().toString()).orElse("none"),
          validator.enclave().map(enclave -> Long.toString(enclave.epoch())).orElse("-"),
          validator.deviations(),
          Words.coins(state.credit(new Payee.Validator(validator.uid()))),
          validator.jailed().isPresent() ? "jailed" : validator.active() ? "active" : "inactive");
    }
    out.print(validators);
  }

  private static ObjectNode json(ChainState state, long nowMs) {
    ObjectNode json = Json.object();
    json.put("version", 1);
    json.put("network", state.network().toString());
    json.put("sequence", state.sequence());
    json.put("chainTimeMs", nowMs);
    state.newestWindow().ifPresent(window -> json.put("window", window.window().number()));
    json.put("checkpoint", state.newestCheckpoint().window().number());
    json.put("root", state.newestCheckpoint().root().hex());
    json.put("issued", state.issued().baseUnits());
    ArrayNode miners = json.putArray("miners");
    for (MinerRecord miner : state.miners()) {
      miners
          .addObject()
          .put("uid", miner.uid().value())
          .put("active", miner.active())
          .put("stake", miner.stake().baseUnits())
          .put("mu", miner.rating().muNanos())
          .put("sigma", miner.rating().sigmaNanos())
          .put("proof", miner.proofNanos())
          .put("credit", state.credit(new Payee.Miner(miner.uid())).baseUnits());
    }
    ArrayNode validators = json.putArray("validators");
    for (ValidatorRecord validator : state.validators()) {
      validators
          .addObject()
          .put("uid", validator.uid().value())
          .put("active", validator.active())
          .put("stake", validator.stake().baseUnits())
          .put(
              "enclave",
              validator.enclave().map(enclave -> enclave.kind().toString()).orElse("NONE"))
          .put("deviations", validator.deviations())
          .put("credit", state.credit(new Payee.Validator(validator.uid())).baseUnits());
    }
    return json;
  }
}
