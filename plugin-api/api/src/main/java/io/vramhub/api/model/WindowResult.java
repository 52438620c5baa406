package io.vramhub.api.model;

import java.util.List;

/**
 * The outcome of a window, computed by the ledger and recomputable by anyone.
 *
 * @param empty too few scores: no emission, no rating change, the base carries over
 * @param miners one line per miner that committed, by uid
 * @param drifted ratings of absent miners that moved, by uid
 * @param topG the merged gradients, best first; empty if nothing is merged
 * @param topGDigest hash that binds the merged set and its content hashes
 */
public record WindowResult(
    WindowId window,
    boolean empty,
    List<MinerResult> miners,
    List<RatingChange> drifted,
    List<MinerUid> topG,
    Digest topGDigest,
    Coins emission,
    List<Credit> credits) {
  public WindowResult {
    miners = List.copyOf(miners);
    drifted = List.copyOf(drifted);
    topG = List.copyOf(topG);
    credits = List.copyOf(credits);
  }
}
