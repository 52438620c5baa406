package io.vramhub.protocol.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.model.ChainEvent.Bond;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.protocol.chain.ChainHistory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ScorerAssignmentTest {
  private static final NetworkParameters PARAMETERS = ChainHistory.parameters();

  private static List<Bond> validators(int count) {
    return new ArrayList<>(
        IntStream.rangeClosed(1, count)
            .mapToObj(uid -> new Bond(new ValidatorUid(uid), Coins.whole(10L * uid)))
            .toList());
  }

  @Test
  void drawsThreeDistinctScorersByUid() {
    List<ValidatorUid> scorers =
        ScorerAssignment.scorers(
            PARAMETERS, ChainHistory.digest("seed"), validators(9), new MinerUid(5));
    assertThat(scorers).hasSize(3).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void takesAllIfThereAreFewer() {
    assertThat(
            ScorerAssignment.scorers(
                PARAMETERS, ChainHistory.digest("seed"), validators(2), new MinerUid(5)))
        .containsExactly(new ValidatorUid(1), new ValidatorUid(2));
  }

  @Test
  void dependsOnSeedAndMinerButNotOnTheOrderOfValidators() {
    List<Bond> validators = validators(30);
    List<ValidatorUid> scorers =
        ScorerAssignment.scorers(
            PARAMETERS, ChainHistory.digest("seed"), validators, new MinerUid(1));
    assertThat(
            ScorerAssignment.scorers(
                PARAMETERS, ChainHistory.digest("other"), validators, new MinerUid(1)))
        .isNotEqualTo(scorers);
    assertThat(
            ScorerAssignment.scorers(
                PARAMETERS, ChainHistory.digest("seed"), validators, new MinerUid(2)))
        .isNotEqualTo(scorers);
    Collections.reverse(validators);
    assertThat(
            ScorerAssignment.scorers(
                PARAMETERS, ChainHistory.digest("seed"), validators, new MinerUid(1)))
        .isEqualTo(scorers);
  }

  @Test
  void spreadsTheWorkEvenly() {
    int[] drawn = new int[10];
    for (int miner = 1; miner <= 1_000; miner++) {
      for (ValidatorUid scorer :
          ScorerAssignment.scorers(
              PARAMETERS, ChainHistory.digest("seed"), validators(9), new MinerUid(miner))) {
        drawn[scorer.value()]++;
      }
    }
    // 1,000 draws of 3 from 9: mean 333, standard deviation below 15.
    for (int uid = 1; uid <= 9; uid++) {
      assertThat(drawn[uid]).isBetween(270, 400);
    }
  }

  @Test
  void theQuorumIsNeverMoreThanThereAreValidators() {
    assertThat(ScorerAssignment.quorum(PARAMETERS, validators(1))).isOne();
    assertThat(ScorerAssignment.quorum(PARAMETERS, validators(2))).isEqualTo(2);
    assertThat(ScorerAssignment.quorum(PARAMETERS, validators(9))).isEqualTo(2);
  }
}
