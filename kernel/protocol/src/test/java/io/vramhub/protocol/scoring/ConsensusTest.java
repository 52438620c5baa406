package io.vramhub.protocol.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vramhub.api.model.Coins;
import io.vramhub.api.model.NanoNats;
import io.vramhub.api.model.ScoreEntry;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.Verdict;
import io.vramhub.protocol.chain.ChainHistory;
import io.vramhub.protocol.scoring.WeightedMedian.Weighed;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ConsensusTest {
  private static Consensus.Line line(int validator, long stake, ScoreEntry entry) {
    return new Consensus.Line(new ValidatorUid(validator), Coins.whole(stake), entry);
  }

  private static ScoreEntry gains(long heldout, long assigned) {
    return ChainHistory.accepted(1, 1, heldout, assigned);
  }

  private static ScoreEntry bad(Verdict verdict) {
    return ChainHistory.rejected(1, 1, verdict);
  }

  private static Weighed<Long> weighed(long value, long stake) {
    return new Weighed<>(value, Coins.whole(stake));
  }

  @Test
  void theMedianWeighsByStake() {
    assertThat(WeightedMedian.of(List.of(weighed(9, 1), weighed(1, 1), weighed(5, 1))))
        .isEqualTo(5);
    assertThat(WeightedMedian.of(List.of(weighed(9, 5), weighed(1, 1), weighed(5, 1))))
        .isEqualTo(9);
    assertThat(WeightedMedian.of(List.of(weighed(9, 2), weighed(1, 1), weighed(5, 1))))
        .as("exactly half of the stake lies at or below 5")
        .isEqualTo(5);
    assertThat(WeightedMedian.of(List.of(weighed(3, 0)))).isEqualTo(3);
    assertThatThrownBy(() -> WeightedMedian.of(List.<Weighed<Long>>of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void equalReportsAreTheOutcomeAndNobodyDeviates() {
    Consensus consensus =
        Consensus.of(
            List.of(line(1, 10, gains(5, 7)), line(2, 10, gains(5, 7)), line(3, 9, gains(5, 7))));
    assertThat(consensus.heldoutGain()).isEqualTo(new NanoNats(5));
    assertThat(consensus.assignedGain()).isEqualTo(new NanoNats(7));
    assertThat(consensus.deviators()).isEmpty();
  }

  @Test
  void oneColludingValidatorOfThreeMovesNothingAndIsSeen() {
    Consensus consensus =
        Consensus.of(
            List.of(
                line(1, 10, gains(5, 7)), line(2, 10, gains(5_000, 7)), line(3, 10, gains(5, 7))));
    assertThat(consensus.heldoutGain()).isEqualTo(new NanoNats(5));
    assertThat(consensus.deviators()).containsExactly(new ValidatorUid(2));
  }

  @Test
  void aFalseVerdictDeviatesToo() {
    Consensus consensus =
        Consensus.of(
            List.of(
                line(1, 10, gains(5, 7)),
                line(2, 10, bad(Verdict.MISSING)),
                line(3, 10, gains(5, 7))));
    assertThat(consensus.verdict()).isEqualTo(Verdict.ACCEPTED);
    assertThat(consensus.deviators()).containsExactly(new ValidatorUid(2));
  }

  @Test
  void aRejectedGradientHasNoGains() {
    Consensus consensus =
        Consensus.of(
            List.of(
                line(1, 10, bad(Verdict.MALFORMED)),
                line(2, 10, bad(Verdict.MALFORMED)),
                line(3, 10, gains(5, 7))));
    assertThat(consensus.verdict()).isEqualTo(Verdict.MALFORMED);
    assertThat(consensus.heldoutGain()).isEqualTo(NanoNats.ZERO);
    assertThat(consensus.assignedGain()).isEqualTo(NanoNats.ZERO);
    assertThat(consensus.deviators()).containsExactly(new ValidatorUid(3));
  }

  @Test
  void withoutAMajorityNobodyIsBlamed() {
    Consensus consensus =
        Consensus.of(List.of(line(1, 10, gains(900, 7)), line(2, 10, gains(5, 7))));
    assertThat(consensus.heldoutGain()).as("the lower one pays").isEqualTo(new NanoNats(5));
    assertThat(consensus.deviators()).isEmpty();
  }

  @Test
  void aTiedVerdictFallsToTheMiner() {
    assertThat(
            Consensus.of(List.of(line(1, 10, bad(Verdict.DUPLICATE)), line(2, 10, gains(5, 7))))
                .verdict())
        .isEqualTo(Verdict.ACCEPTED);
    assertThat(
            Consensus.of(
                    List.of(line(1, 10, bad(Verdict.DUPLICATE)), line(2, 10, bad(Verdict.MISSING))))
                .verdict())
        .isEqualTo(Verdict.MISSING);
  }
}
