package io.vramhub.protocol.scoring;

import io.vramhub.api.model.ChainEvent.Bond;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.protocol.message.BcsWriter;
import io.vramhub.protocol.message.CanonicalHash;
import java.util.Comparator;
import java.util.List;

/**
 * Which validators score which miner (protocol section 6): {@code scorers_per_miner} of the
 * window's validators, or all if there are fewer, drawn by the evaluation seed and so unknown
 * before the commit deadline.
 *
 * <p>The draw: validators ascend by {@code H("vramhub/scorers/1" | seed | miner u64 | validator
 * u64)}, compared byte by byte with each byte signed, and the first are taken. Every set of that
 * size is equally likely, whatever the stakes.
 */
public final class ScorerAssignment {
  private static final String DOMAIN = "vramhub/scorers/1";

  private ScorerAssignment() {}

  /**
   * The miner's scorers, by uid.
   *
   * @param validators the validators of the window, as {@code open_window} listed them
   */
  public static List<ValidatorUid> scorers(
      NetworkParameters parameters, Digest evaluationSeed, List<Bond> validators, MinerUid miner) {
    int scorers = parameters.scoring().scorersPerMiner();
    if (validators.size() <= scorers) {
      return validators.stream().map(Bond::validator).sorted().toList();
    }
    return validators.stream()
        .map(bond -> new Drawn(rank(evaluationSeed, miner, bond.validator()), bond.validator()))
        .sorted(Comparator.comparing(Drawn::rank).thenComparing(Drawn::validator))
        .limit(scorers)
        .map(Drawn::validator)
        .sorted()
        .toList();
  }

  private record Drawn(Digest rank, ValidatorUid validator) {}

  /**
   * Reports a miner needs to be scored: {@code min_scorers}, or as many as there are validators if
   * there are fewer.
   */
  public static int quorum(NetworkParameters parameters, List<Bond> validators) {
    return Math.min(parameters.scoring().minScorers(), validators.size());
  }

  private static Digest rank(Digest evaluationSeed, MinerUid miner, ValidatorUid validator) {
    return CanonicalHash.of(
        DOMAIN,
        evaluationSeed.array(),
        new BcsWriter().u64(miner.value()).toByteArray(),
        new BcsWriter().u64(validator.value()).toByteArray());
  }
}
