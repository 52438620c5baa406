package org.example.elo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.Rating;
import io.vramhub.api.model.RatingRound;
import io.vramhub.api.model.RatingRound.Entrant;
import io.vramhub.api.model.RatingUpdate;
import io.vramhub.api.spi.RatingAlgorithm;
import io.vramhub.tck.RatingAlgorithmContract;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every rating owes comes from the contract; what makes it Elo stands here. */
final class EloRatingTest implements RatingAlgorithmContract {
  private static final long POINT = 1_000_000_000L;

  @Override
  public RatingAlgorithm.Provider provider() {
    return new EloProvider();
  }

  @Override
  public Optional<Digest> pinnedHistory() {
    return Optional.of(
        Digest.ofHex("61e8419dfbc99e139d7b3a3a11580dd76dd4278eb0bdbb41faa44ea7978a5217"));
  }

  private static RatingUpdate update(long muFirst, int rankFirst, long muSecond, int rankSecond) {
    return elo("")
        .update(
            new RatingRound(
                List.of(
                    new Entrant(new MinerUid(1), new Rating(muFirst, 2 * POINT), rankFirst),
                    new Entrant(new MinerUid(2), new Rating(muSecond, 2 * POINT), rankSecond))));
  }

  private static EloRating elo(String settings) {
    return new EloRating(EloSettings.read(ConfigFactory.parseString(settings)));
  }

  private static long muOf(RatingUpdate update, int miner) {
    return update.ratings().get(new MinerUid(miner)).muNanos();
  }

  @Test
  void aLeadOfOneDoublingMakesTheOddsTwoToOne() {
    assertThat(Odds.expectedWin(0, 5 * POINT)).isEqualTo(500_000_000);
    assertThat(Odds.expectedWin(5 * POINT, 5 * POINT)).isEqualTo(666_666_667);
    assertThat(Odds.expectedWin(-5 * POINT, 5 * POINT)).isEqualTo(333_333_333);
    assertThat(Odds.expectedWin(10 * POINT, 5 * POINT)).isEqualTo(800_000_000);
    // A third of a doubling: 2^(1/3) to 1.
    assertThat(Odds.expectedWin(5 * POINT / 3, 5 * POINT)).isEqualTo(557_506_670);
  }

  @Test
  void oddsGrowWithTheLeadAndBothSidesShareOneWin() {
    long before = 0;
    for (long lead = -40 * POINT; lead <= 40 * POINT; lead += POINT / 16) {
      long expected = Odds.expectedWin(lead, 5 * POINT / 2);
      assertThat(expected).isGreaterThanOrEqualTo(before).isBetween(0L, EloRating.WIN);
      assertThat(expected + Odds.expectedWin(-lead, 5 * POINT / 2)).isEqualTo(EloRating.WIN);
      before = expected;
    }
  }

  @Test
  void whatOneWinsTheOtherLoses() {
    RatingUpdate update = update(25 * POINT, 1, 25 * POINT, 2);
    assertThat(muOf(update, 1)).isEqualTo(25_750_000_000L);
    assertThat(muOf(update, 2)).isEqualTo(24_250_000_000L);
  }

  @Test
  void aSurpriseMovesMoreThanWhatWasExpected() {
    long expectedWin = muOf(update(30 * POINT, 1, 25 * POINT, 2), 1) - 30 * POINT;
    long surprisingWin = muOf(update(25 * POINT, 1, 30 * POINT, 2), 1) - 25 * POINT;
    assertThat(expectedWin).isEqualTo(300_000_000);
    assertThat(surprisingWin).isEqualTo(1_200_000_000);
  }

  @Test
  void aTieDrawsRatingsTogether() {
    RatingUpdate update = update(30 * POINT, 1, 25 * POINT, 1);
    assertThat(muOf(update, 1)).isEqualTo(29_550_000_000L);
    assertThat(muOf(update, 2)).isEqualTo(25_450_000_000L);
  }

  @Test
  void whoIsAloneLearnsNothing() {
    RatingRound alone = new RatingRound(List.of(new Entrant(new MinerUid(7), Rating.INITIAL, 1)));
    assertThat(elo("").update(alone).ratings()).containsEntry(new MinerUid(7), Rating.INITIAL);
  }

  @Test
  void experienceShrinksTheDeviationToItsFloor() {
    assertThat(update(25 * POINT, 1, 25 * POINT, 2).ratings().get(new MinerUid(1)).sigmaNanos())
        .isEqualTo(1_937_500_000L);
    RatingRound settled =
        new RatingRound(
            List.of(
                new Entrant(new MinerUid(1), new Rating(25 * POINT, POINT), 1),
                new Entrant(new MinerUid(2), new Rating(25 * POINT, POINT / 2), 2)));
    assertThat(elo("").update(settled).ratings().values().stream().map(Rating::sigmaNanos))
        .containsExactly(POINT, POINT / 2);
  }

  @Test
  void settingsAreDecimalsReadExactly() {
    assertThat(EloSettings.read(ConfigFactory.parseString("step = 0.1, doubling = \"2.5\"")))
        .isEqualTo(new EloSettings(100_000_000, 2_500_000_000L));
    for (String wrong :
        List.of("step = 0", "step = -1", "step = 1e9", "step = many", "step = 0.0000000001")) {
      assertThatThrownBy(() -> EloSettings.read(ConfigFactory.parseString(wrong)))
          .isInstanceOfSatisfying(
              HubException.class,
              refused -> assertThat(refused.code()).isEqualTo(ErrorCode.CONFIG_INVALID))
          .hasMessageContaining("'step'");
    }
  }
}
