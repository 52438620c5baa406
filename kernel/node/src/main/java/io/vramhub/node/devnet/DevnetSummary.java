package io.vramhub.node.devnet;

import io.vramhub.api.model.Credit;
import io.vramhub.api.model.MinerResult;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.Payee;
import io.vramhub.api.model.Rating;
import io.vramhub.api.model.Verdict;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.model.WindowResult;
import io.vramhub.protocol.chain.ChainState;
import io.vramhub.protocol.chain.MinerRecord;
import io.vramhub.protocol.chain.WindowRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a devnet ended: what its exit code is decided by, as one JSON object or as words.
 *
 * @param windows windows that became final
 * @param firstLoss held-out loss of the genesis checkpoint, in nats per token
 * @param lastLoss held-out loss of the newest checkpoint, over the same pages
 * @param payloadBytes mean stored bytes of a committed gradient
 * @param invariants PASS, or the first violation
 * @param audit PASS, or the first difference
 */
record DevnetSummary(
    long windows,
    double firstLoss,
    double lastLoss,
    long payloadBytes,
    List<Miner> miners,
    String invariants,
    String audit,
    String finalRoot) {
  static final String PASS = "PASS";
  private static final int VERSION = 1;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /**
   * One miner's end.
   *
   * @param payShare its share of what all miners were credited in the second half of the windows
   * @param verdicts how often it got which verdict
   */
  record Miner(
      MinerUid uid,
      String kind,
      double payShare,
      Rating rating,
      SortedMap<Verdict, Integer> verdicts) {}

  static DevnetSummary of(
      ChainState state,
      DevnetPlan plan,
      double firstLoss,
      double lastLoss,
      String invariants,
      String audit) {
    List<WindowResult> results = new ArrayList<>();
    long bytes = 0;
    long payloads = 0;
    for (WindowRecord window : state.windows()) {
      window.result().ifPresent(results::add);
      for (WindowRecord.Commit commit : window.commits().values()) {
        bytes += commit.gradient().size();
        payloads++;
      }
    }
    List<Miner> miners = new ArrayList<>();
    for (MinerRecord miner : state.miners()) {
      int index = miner.uid().value() - 1;
      miners.add(
          new Miner(
              miner.uid(),
              index < plan.kinds().size() ? plan.kinds().get(index) : "external",
              payShare(results, miner.uid()),
              miner.rating(),
              verdicts(results, miner.uid())));
    }
    return new DevnetSummary(
        results.size(),
        firstLoss,
        lastLoss,
        payloads == 0 ? 0 : bytes / payloads,
        miners,
        invariants,
        audit,
        state.newestCheckpoint().root().hex());
  }

  private static double payShare(List<WindowResult> results, MinerUid miner) {
    WindowId last = results.isEmpty() ? new WindowId(0) : results.getLast().window();
    double all = 0;
    double own = 0;
    for (WindowResult result : results) {
      if (2 * result.window().number() <= last.number()) {
        continue;
      }
      for (Credit credit : result.credits()) {
        if (credit.payee() instanceof Payee.Miner(MinerUid uid)) {
          all += credit.amount().baseUnits();
          own += uid.equals(miner) ? credit.amount().baseUnits() : 0;
        }
      }
    }
    return all == 0 ? 0 : own / all;
  }

  private static SortedMap<Verdict, Integer> verdicts(List<WindowResult> results, MinerUid miner) {
    SortedMap<Verdict, Integer> verdicts = new TreeMap<>();
    for (WindowResult result : results) {
      for (MinerResult line : result.miners()) {
        if (line.miner().equals(miner)) {
          verdicts.merge(line.verdict(), 1, Integer::sum);
        }
      }
    }
    return verdicts;
  }

  /** Whether everything that must hold holds. */
  boolean holds() {
    return invariants.equals(PASS) && audit.equals(PASS);
  }

  ObjectNode json() {
    ObjectNode json = JSON.createObjectNode();
    json.put("version", VERSION);
    json.put("windows", windows);
    json.putObject("heldoutLoss").put("first", firstLoss).put("last", lastLoss);
    json.put("payloadBytesPerMinerWindow", payloadBytes);
    ArrayNode list = json.putArray("miners");
    for (Miner miner : miners) {
      ObjectNode node = list.addObject();
      node.put("uid", miner.uid().value());
      node.put("kind", miner.kind());
      node.put("payShare", miner.payShare());
      node.putObject("rating")
          .put("mu", miner.rating().muNanos() / 1e9)
          .put("sigma", miner.rating().sigmaNanos() / 1e9);
      ObjectNode counts = node.putObject("verdicts");
      miner.verdicts().forEach((verdict, count) -> counts.put(verdict.name(), count));
    }
    json.put("invariants", invariants);
    json.put("audit", audit);
    json.put("finalRoot", finalRoot);
    return json;
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%d windows, held-out loss %.4f -> %.4f nats per token, %d bytes per gradient",
            windows,
            firstLoss,
            lastLoss,
            payloadBytes));
    for (Miner miner : miners) {
      lines.add(
          String.format(
              Locale.ROOT,
              "miner %d (%s): %.2f%% of the pay over the second half, mu %.2f sigma %.2f, verdicts"
                  + " %s",
              miner.uid().value(),
              miner.kind(),
              100 * miner.payShare(),
              miner.rating().muNanos() / 1e9,
              miner.rating().sigmaNanos() / 1e9,
              Arrays.toString(miner.verdicts().entrySet().toArray())));
    }
    lines.add("invariants " + invariants);
    lines.add("audit      " + audit);
    lines.add("final root " + finalRoot);
    return lines;
  }
}
