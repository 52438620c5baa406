package io.vramhub.protocol.scoring;

import io.vramhub.api.model.Digest;
import io.vramhub.api.model.MinerResult;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.WindowId;
import io.vramhub.protocol.message.BcsWriter;
import io.vramhub.protocol.message.CanonicalHash;
import java.util.Comparator;
import java.util.List;

/**
 * The gradients that are merged (protocol section 7): the eligible miners of the window, best first
 * by the conservative skill after it, equal ones by uid, at most {@code top_g}.
 */
public final class TopG {
  private static final String DOMAIN = "vramhub/top-g/1";

  private TopG() {}

  /** One merged gradient: whose it is, and the hash its stored bytes were committed with. */
  public record Member(MinerUid miner, Digest contentHash) {}

  /** The merged miners, best first. */
  public static List<MinerUid> select(List<MinerResult> results, int topG) {
    return results.stream()
        .filter(MinerResult::eligible)
        .sorted(
            Comparator.comparingLong((MinerResult result) -> result.after().ordinalNanos())
                .reversed()
                .thenComparing(MinerResult::miner))
        .limit(topG)
        .map(MinerResult::miner)
        .toList();
  }

  /**
   * Binds the merged set: {@code H("vramhub/top-g/1" | BCS of {window: u64, members: vector<{uid:
   * u64, content_hash: [32]}>})}, in merge order.
   */
  public static Digest digest(WindowId window, List<Member> members) {
    return CanonicalHash.of(
        DOMAIN,
        new BcsWriter()
            .u64(window.number())
            .vector(
                members,
                (writer, member) ->
                    writer.u64(member.miner().value()).fixed(member.contentHash().array()))
            .toByteArray());
  }
}
