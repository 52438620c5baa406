package ${package};

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
 * A moving average of places: the best of a window is worth 50 points, the last none, ties the
 * middle of their places, and each miner moves an eighth of the way there. Integers only, so that
 * every machine gives the same answer.
 */
final class PlaceRating implements RatingAlgorithm {
  private static final long BEST = 50_000_000_000L;
  private static final long SMALLEST_DEVIATION = 1_000_000_000L;
  private static final int WINDOWS = 8;

  @Override
  public RatingUpdate update(RatingRound round) {
    SortedMap<MinerUid, Rating> ratings = new TreeMap<>();
    for (Entrant entrant : round.entrants()) {
      ratings.put(entrant.miner(), moved(entrant, round.entrants()));
    }
    return new RatingUpdate(ratings);
  }

  private static Rating moved(Entrant entrant, List<Entrant> all) {
    Rating before = entrant.rating();
    if (all.size() == 1) {
      return before;
    }
    long beaten = all.stream().filter(other -> other.rank() > entrant.rank()).count();
    long tied = all.stream().filter(other -> other.rank() == entrant.rank()).count() - 1;
    long worth = BEST * (2 * beaten + tied) / (2 * (all.size() - 1));
    return new Rating(
        before.muNanos() + (worth - before.muNanos()) / WINDOWS,
        Math.max(SMALLEST_DEVIATION, before.sigmaNanos() - before.sigmaNanos() / WINDOWS));
  }

  /** In proportion to the conservative skill; what rounding leaves over goes to the best miner. */
  @Override
  public PayoutShares shares(List<Standing> standings) {
    List<Standing> earning =
        standings.stream()
            .filter(standing -> standing.eligible() && standing.rating().ordinalNanos() > 0)
            .sorted(
                Comparator.comparing((Standing each) -> each.rating().ordinalNanos())
                    .reversed()
                    .thenComparing(Standing::miner))
            .toList();
    BigInteger total =
        earning.stream().map(PlaceRating::weight).reduce(BigInteger.ZERO, BigInteger::add);
    SortedMap<MinerUid, Long> shares = new TreeMap<>();
    long left = PayoutShares.WHOLE;
    for (Standing each : earning) {
      BigInteger whole = BigInteger.valueOf(PayoutShares.WHOLE);
      long share = weight(each).multiply(whole).divide(total).longValueExact();
      shares.put(each.miner(), share);
      left -= share;
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
