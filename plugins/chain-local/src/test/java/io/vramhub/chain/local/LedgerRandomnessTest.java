package io.vramhub.chain.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.WindowId;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class LedgerRandomnessTest {
  private static final ChainCall OPEN = new ChainCall.OpenWindow(new WindowId(1));
  private static final ChainCall SCORE = new ChainCall.OpenScoring(new WindowId(1));
  private static final ChainCall OPEN_NEXT = new ChainCall.OpenWindow(new WindowId(2));

  private static Digest drawn(long seed, ChainCall call) {
    return new LedgerRandomness(OptionalLong.of(seed)).draw(call);
  }

  /** Whatever else happened on the one network and not on the other. */
  @Test
  void twoNetworksOfOneSeedDrawTheSameForTheSameWindow() {
    assertThat(drawn(7, OPEN)).isEqualTo(drawn(7, OPEN));
  }

  @Test
  void everyWindowPhaseAndSeedHasADrawOfItsOwn() {
    assertThat(Set.of(drawn(7, OPEN), drawn(7, SCORE), drawn(7, OPEN_NEXT), drawn(8, OPEN)))
        .hasSize(4);
  }

  @Test
  void withoutASeedNothingRepeats() {
    LedgerRandomness randomness = new LedgerRandomness(OptionalLong.empty());
    assertThat(randomness.draw(OPEN)).isNotEqualTo(randomness.draw(OPEN));
  }
}
