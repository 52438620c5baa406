package io.vramhub.protocol.rating;

import static org.assertj.core.api.Assertions.assertThat;
import static org.quicktheories.QuickTheory.qt;
import static org.quicktheories.generators.SourceDSL.integers;
import static org.quicktheories.generators.SourceDSL.lists;

import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.PayoutShares;
import io.vramhub.api.model.Rating;
import io.vramhub.api.model.Standing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WeightsTest {
  private static Standing standing(int uid, long ordinalNanos, boolean eligible) {
    return new Standing(
        new MinerUid(uid), new Rating(ordinalNanos + 3_000_000_000L, 1_000_000_000L), eligible);
  }

  @Test
  void paysTheSquareOfTheConservativeSkill() {
    assertThat(
            Weights.shares(
                    List.of(
                        standing(1, 1_000_000_000L, true),
                        standing(2, 3_000_000_000L, true),
                        standing(3, -5_000_000_000L, true),
                        standing(4, 9_000_000_000L, false)))
                .nanos())
        .hasSize(2)
        .containsEntry(new MinerUid(1), 100_000_000L)
        .containsEntry(new MinerUid(2), 900_000_000L);
  }

  @Test
  void aBadNewcomerDoesNotChangeAnyonesShare() {
    List<Standing> field =
        List.of(standing(1, 4_000_000_000L, true), standing(2, 5_000_000_000L, true));
    List<Standing> more = new ArrayList<>(field);
    more.add(standing(3, -30_000_000_000L, true));
    assertThat(Weights.shares(more)).isEqualTo(Weights.shares(field));
  }

  @Test
  void theUnitLeftOverGoesToTheLowerUid() {
    assertThat(
            Weights.shares(
                    List.of(
                        standing(9, 2_000_000_000L, true),
                        standing(4, 2_000_000_000L, true),
                        standing(6, 2_000_000_000L, true)))
                .nanos())
        .containsEntry(new MinerUid(4), 333_333_334L)
        .containsEntry(new MinerUid(6), 333_333_333L)
        .containsEntry(new MinerUid(9), 333_333_333L);
  }

  @Test
  void nobodyEarnsIfNobodyIsAboveZero() {
    assertThat(Weights.shares(List.of(standing(1, 0, true), standing(2, -1, true))).nanos())
        .isEmpty();
    assertThat(Weights.shares(List.of()).nanos()).isEmpty();
  }

  @Test
  void sharesSumToTheWholeInAnyOrder() {
    qt().withFixedSeed(3)
        .withExamples(500)
        .forAll(lists().of(integers().between(-1_000_000, Integer.MAX_VALUE)).ofSizeBetween(1, 40))
        .checkAssert(
            ordinals -> {
              List<Standing> standings = new ArrayList<>();
              for (int i = 0; i < ordinals.size(); i++) {
                standings.add(standing(i + 1, ordinals.get(i) * 20L, ordinals.get(i) % 7 != 0));
              }
              PayoutShares shares = Weights.shares(standings);
              boolean earns =
                  standings.stream().anyMatch(s -> s.eligible() && s.rating().ordinalNanos() > 0);
              assertThat(shares.nanos().values().stream().mapToLong(Long::longValue).sum())
                  .isEqualTo(earns ? PayoutShares.WHOLE : 0);
              Collections.reverse(standings);
              assertThat(Weights.shares(standings)).isEqualTo(shares);
            });
  }
}
