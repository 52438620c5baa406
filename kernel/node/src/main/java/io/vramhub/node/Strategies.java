package io.vramhub.node;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.kernel.pipeline.GradientStrategy;
import io.vramhub.kernel.pipeline.adversary.Adversary;

/** Behaviours of a miner by the word an operator writes. */
public final class Strategies {
  private static final String HONEST = "honest";

  private Strategies() {}

  /**
   * @param seed what a random adversary draws from
   */
  public static GradientStrategy named(String word, long seed) {
    if (word.equals(HONEST)) {
      return GradientStrategy.honest();
    }
    return Adversary.of(word)
        .map(adversary -> adversary.strategy(seed))
        .orElseThrow(
            () ->
                new HubException(
                    ErrorCode.CONFIG_INVALID,
                    "no miner strategy is called '"
                        + word
                        + "'; there are honest, "
                        + String.join(", ", Adversary.words())));
  }
}
