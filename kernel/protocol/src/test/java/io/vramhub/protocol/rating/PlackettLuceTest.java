package io.vramhub.protocol.rating;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.quicktheories.QuickTheory.qt;
import static org.quicktheories.generators.SourceDSL.integers;
import static org.quicktheories.generators.SourceDSL.lists;

import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.Rating;
import io.vramhub.api.model.RatingRound;
import io.vramhub.api.model.RatingRound.Entrant;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class PlackettLuceTest {
  private static final double GOLDEN_TOLERANCE = 1e-6;

  /** Source: npm openskill 5.0.1, plackettLuce, beta 25/6, tau 25/300. */
  @Test
  void agreesWithOpenskill() throws IOException {
    JsonNode windows;
    try (InputStream file = getClass().getResourceAsStream("/rating/openskill-golden.json")) {
      windows = JsonMapper.shared().readTree(Objects.requireNonNull(file)).get("windows");
    }
    assertThat(windows.size()).isEqualTo(10);
    for (JsonNode window : windows) {
      List<Entrant> entrants = new ArrayList<>();
      for (int i = 0; i < window.get("n").asInt(); i++) {
        JsonNode before = window.get("before").get(i);
        entrants.add(
            new Entrant(
                new MinerUid(i + 1),
                new Rating(nanos(before.get("mu")), nanos(before.get("sigma"))),
                window.get("rank").get(i).asInt()));
      }
      SortedMap<MinerUid, Rating> after = PlackettLuce.update(new RatingRound(entrants)).ratings();
      assertThat(after).hasSize(entrants.size());
      for (int i = 0; i < entrants.size(); i++) {
        Rating rating = after.get(new MinerUid(i + 1));
        JsonNode expected = window.get("after").get(i);
        assertThat(rating.muNanos() / 1e9)
            .isCloseTo(expected.get("mu").asDouble(), within(GOLDEN_TOLERANCE));
        assertThat(rating.sigmaNanos() / 1e9)
            .isCloseTo(expected.get("sigma").asDouble(), within(GOLDEN_TOLERANCE));
      }
    }
  }

  /** The exact integers, which Move must give too: taken from a second implementation in Python. */
  @Test
  void givesTheseExactNanos() {
    Map<MinerUid, Rating> after =
        PlackettLuce.update(
                new RatingRound(
                    List.of(
                        entrant(1, Rating.INITIAL, 1),
                        entrant(2, new Rating(31_250_000_001L, 2_718_281_828L), 3),
                        entrant(3, new Rating(-4_000_000_000L, 6_000_000_000L), 2),
                        entrant(4, new Rating(18_000_000_007L, 4_141_592_653L), 3))))
            .ratings();
    assertThat(after)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                new MinerUid(1), new Rating(28_424_776_069L, 8_150_735_992L),
                new MinerUid(2), new Rating(30_532_641_712L, 2_713_050_509L),
                new MinerUid(3), new Rating(-1_692_351_230L, 5_979_778_902L),
                new MinerUid(4), new Rating(17_718_441_282L, 4_113_694_553L)));
  }

  @Test
  void doesNotDependOnTheOrderOfEntrants() {
    qt().withFixedSeed(7)
        .withExamples(200)
        .forAll(lists().of(integers().between(0, 1_000_000)).ofSizeBetween(1, 12))
        .checkAssert(
            seeds -> {
              List<Entrant> entrants = entrants(seeds);
              List<Entrant> shuffled = new ArrayList<>(entrants);
              Collections.shuffle(shuffled, new Random(seeds.hashCode()));
              assertThat(PlackettLuce.update(new RatingRound(shuffled)))
                  .isEqualTo(PlackettLuce.update(new RatingRound(entrants)));
            });
  }

  @Test
  void staysCloseToTheDoubleSumOfTheDefinition() {
    qt().withFixedSeed(11)
        .withExamples(200)
        .forAll(lists().of(integers().between(0, 1_000_000)).ofSizeBetween(1, 12))
        .checkAssert(
            seeds -> {
              List<Entrant> entrants = entrants(seeds);
              SortedMap<MinerUid, Rating> fixed =
                  PlackettLuce.update(new RatingRound(entrants)).ratings();
              for (int i = 0; i < entrants.size(); i++) {
                double[] expected = openskill(entrants, i);
                Rating rating = fixed.get(entrants.get(i).miner());
                assertThat(rating.muNanos() / 1e9).isCloseTo(expected[0], within(1e-7));
                assertThat(rating.sigmaNanos() / 1e9).isCloseTo(expected[1], within(1e-7));
              }
            });
  }

  @Test
  void equalEntrantsThatTieKeepTheirMeanAndStayEqual() {
    Map<MinerUid, Rating> after =
        PlackettLuce.update(
                new RatingRound(
                    List.of(
                        entrant(1, Rating.INITIAL, 1),
                        entrant(2, Rating.INITIAL, 1),
                        entrant(3, Rating.INITIAL, 1))))
            .ratings();
    assertThat(after.values()).containsOnly(after.get(new MinerUid(1)));
    assertThat(after.get(new MinerUid(1)).muNanos()).isEqualTo(Rating.INITIAL.muNanos());
  }

  @Test
  void aLoneEntrantOnlyGrowsLessCertain() {
    Rating after =
        PlackettLuce.update(new RatingRound(List.of(entrant(1, Rating.INITIAL, 1))))
            .ratings()
            .get(new MinerUid(1));
    assertThat(after.muNanos()).isEqualTo(Rating.INITIAL.muNanos());
    assertThat(after.sigmaNanos()).isGreaterThan(Rating.INITIAL.sigmaNanos());
  }

  @Test
  void anEmptyRoundHasNoRatings() {
    assertThat(PlackettLuce.update(new RatingRound(List.of())).ratings()).isEmpty();
  }

  @Test
  void refusesAMinerThatEntersTwice() {
    assertThatThrownBy(
            () ->
                PlackettLuce.update(
                    new RatingRound(
                        List.of(entrant(1, Rating.INITIAL, 1), entrant(1, Rating.INITIAL, 2)))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("miner 1");
  }

  @Test
  void fitsTheWidthOfMoveEvenAtTheEdges() {
    List<Entrant> entrants = new ArrayList<>();
    for (int uid = 1; uid <= 4_096; uid++) {
      // The worst-rated wins and the best-rated loses: the largest sums there are.
      entrants.add(
          entrant(
              uid,
              new Rating((uid % 2 == 0 ? 1 : -1) * 1_000_000_000_000L, 1_000_000_000_000L),
              uid % 2 == 0 ? 4_097 - uid : uid));
    }
    assertThat(PlackettLuce.update(new RatingRound(entrants)).ratings()).hasSize(4_096);
  }

  @Test
  void theExponentialIsExactToTheTwentySecondDigit() {
    for (int tenths = 0; tenths <= 300; tenths++) {
      BigInteger x = FixedPoint.E24.multiply(BigInteger.valueOf(tenths)).divide(BigInteger.TEN);
      assertThat(new BigDecimal(FixedPoint.expOfMinus(x), 24).doubleValue())
          .isCloseTo(StrictMath.exp(-tenths / 10.0), within(1e-15));
    }
    // 1/e to 24 digits, from the literature.
    assertThat(FixedPoint.expOfMinus(FixedPoint.E24).toString())
        .startsWith("3678794411714423215955");
    assertThat(FixedPoint.expOfMinus(BigInteger.ZERO)).isEqualTo(FixedPoint.E24);
    assertThat(FixedPoint.expOfMinus(FixedPoint.E24.multiply(BigInteger.valueOf(500))))
        .isEqualTo(FixedPoint.expOfMinus(FixedPoint.E24.multiply(BigInteger.valueOf(30))));
  }

  @Test
  void absenceWidensUpToANewcomersUncertainty() {
    Rating rating = new Rating(30_000_000_000L, 2_000_000_000L);
    Rating once = AbsenceDrift.drifted(rating);
    // sqrt(4 + (25/300)^2)
    assertThat(once).isEqualTo(new Rating(30_000_000_000L, 2_001_735_358L));
    assertThat(AbsenceDrift.drifted(Rating.INITIAL)).isEqualTo(Rating.INITIAL);
    Rating wide = new Rating(0, 9_000_000_000L);
    assertThat(AbsenceDrift.drifted(wide)).isEqualTo(wide);
    Rating nearly = new Rating(0, 8_333_333_332L);
    assertThat(AbsenceDrift.drifted(nearly).sigmaNanos()).isEqualTo(Rating.INITIAL.sigmaNanos());
  }

  private static Entrant entrant(int uid, Rating rating, int rank) {
    return new Entrant(new MinerUid(uid), rating, rank);
  }

  /** Ratings and ranks with many ties, from arbitrary numbers. */
  private static List<Entrant> entrants(List<Integer> seeds) {
    List<Entrant> entrants = new ArrayList<>();
    for (int i = 0; i < seeds.size(); i++) {
      int seed = seeds.get(i);
      entrants.add(
          entrant(
              i + 1,
              new Rating(seed * 40_123L, 500_000_000L + (seed % 8_191) * 900_001L),
              1 + seed % 5));
    }
    return entrants;
  }

  /** The library's formula, term by term in doubles. */
  private static double[] openskill(List<Entrant> all, int i) {
    double beta = 25.0 / 6;
    double tau = 25.0 / 300;
    TreeMap<Integer, Integer> ties = new TreeMap<>();
    double cSquared = 0;
    for (Entrant entrant : all) {
      ties.merge(entrant.rank(), 1, Integer::sum);
      double sigma = entrant.rating().sigmaNanos() / 1e9;
      cSquared += sigma * sigma + tau * tau + beta * beta;
    }
    double c = Math.sqrt(cSquared);
    Entrant own = all.get(i);
    double mu = own.rating().muNanos() / 1e9;
    double sigma = own.rating().sigmaNanos() / 1e9;
    double variance = sigma * sigma + tau * tau;
    double omega = 0;
    double delta = 0;
    for (int q = 0; q < all.size(); q++) {
      if (all.get(q).rank() > own.rank()) {
        continue;
      }
      double sum = 0;
      for (Entrant other : all) {
        if (other.rank() >= all.get(q).rank()) {
          sum += Math.exp(other.rating().muNanos() / 1e9 / c);
        }
      }
      double quotient = Math.exp(mu / c) / sum;
      double tied = ties.getOrDefault(all.get(q).rank(), 1);
      omega += (i == q ? 1 - quotient : -quotient) / tied;
      delta += quotient * (1 - quotient) / tied;
    }
    double gamma = Math.sqrt(variance) / c;
    return new double[] {
      mu + omega * variance / c,
      Math.sqrt(variance * Math.max(1 - gamma * delta * variance / cSquared, 1e-4))
    };
  }

  private static long nanos(JsonNode value) {
    return Math.round(value.asDouble() * 1e9);
  }
}
