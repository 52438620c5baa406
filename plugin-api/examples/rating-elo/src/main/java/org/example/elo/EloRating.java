package org.example.elo;

import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.PayoutShares;
import io.vramhub.api.model.Rating;
import io.vramhub.api.model.RatingRound;
import io.vramhub.api.model.RatingRound.Entrant;
import io.vramhub.api.model.RatingUpdate;
import io.vramhub.api.model.Standing;
import io.vramhub.api.spi.RatingAlgorithm;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import reactor.core.publisher.Mono;

/**
 * Elo for many miners at once: a window is a game of each against each, won by the better rank. A
 * miner moves by its surprise, the wins it had less the wins {@link Odds} expected, averaged over
 * its games. What one wins another loses. The deviation has no part in that; it tells experience,
 * and shrinks with each window to a floor.
 */
final class EloRating implements RatingAlgorithm {
  static final long WIN = 1_000_000_000L;

  /** The share of the deviation above its floor that a window takes away is one in this many. */
  private static final int SHRINKING = 16;

  static final long SMALLEST_DEVIATION = 1_000_000_000L;

  private final EloSettings settings;

  EloRating(EloSettings settings) {
    this.settings = settings;
  }

  @Override
  public RatingUpdate update(RatingRound round) {
    List<Entrant> entrants = round.entrants();
    long[] surprises = surprises(entrants);
    SortedMap<MinerUid, Rating> ratings = new TreeMap<>();
    for (int i = 0; i < surprises.length; i++) {
      Entrant entrant = entrants.get(i);
      ratings.put(
          entrant.miner(),
          surprises.length == 1
              ? entrant.rating()
              : moved(entrant.rating(), surprises[i], surprises.length - 1));
    }
    return new RatingUpdate(ratings);
  }

  /** For each entrant its wins less the expected ones, in billionths of a win; they sum to 0. */
  private long[] surprises(List<Entrant> entrants) {
    long[] surprises = new long[entrants.size()];
    for (int i = 0; i < surprises.length; i++) {
      for (int j = 0; j < i; j++) {
        long surprise = surprise(entrants.get(i), entrants.get(j));
        surprises[i] += surprise;
        surprises[j] -= surprise;
      }
    }
    return surprises;
  }

  private long surprise(Entrant one, Entrant other) {
    long lead = Math.subtractExact(one.rating().muNanos(), other.rating().muNanos());
    // Half a win each if they tie.
    long won = WIN * (1 + Integer.signum(other.rank() - one.rank())) / 2;
    return won - Odds.expectedWin(lead, settings.doublingNanos());
  }

  private Rating moved(Rating before, long surprise, int games) {
    long move =
        BigInteger.valueOf(settings.stepNanos())
            .multiply(BigInteger.valueOf(surprise))
            .divide(BigInteger.valueOf(WIN).multiply(BigInteger.valueOf(games)))
            .longValueExact();
    long aboveFloor = Math.max(0, before.sigmaNanos() - SMALLEST_DEVIATION);
    return new Rating(
        Math.addExact(before.muNanos(), move), before.sigmaNanos() - aboveFloor / SHRINKING);
  }

  /** In proportion to the conservative skill; what rounding leaves over goes to the best miner. */
  @Override
  public PayoutShares shares(List<Standing> standings) {
    List<Standing> earning =
        standings.stream()
            .filter(standing -> standing.eligible() && standing.rating().ordinalNanos() > 0)
            .sorted(
                Comparator.comparingLong((Standing standing) -> standing.rating().ordinalNanos())
                    .reversed()
                    .thenComparing(Standing::miner))
            .toList();
    BigInteger total =
        earning.stream().map(EloRating::weight).reduce(BigInteger.ZERO, BigInteger::add);
    SortedMap<MinerUid, Long> shares = new TreeMap<>();
    long left = PayoutShares.WHOLE;
    for (Standing standing : earning) {
      long share =
          weight(standing)
              .multiply(BigInteger.valueOf(PayoutShares.WHOLE))
              .divide(total)
              .longValueExact();
      if (share > 0) {
        shares.put(standing.miner(), share);
        left -= share;
      }
    }
    if (!earning.isEmpty()) {
      shares.merge(earning.getFirst().miner(), left, Long::sum);
    }
    return new PayoutShares(shares);
  }

  private static BigInteger weight(Standing standing) {
    return BigInteger.valueOf(standing.rating().ordinalNanos());
  }

  /** It holds nothing, so there is nothing to release. */
  @Override
  public Mono<Void> close() {
    return Mono.empty();
  }
}
