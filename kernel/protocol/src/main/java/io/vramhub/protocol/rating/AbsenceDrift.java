package io.vramhub.protocol.rating;

import io.vramhub.api.model.Rating;
import java.math.BigInteger;

/**
 * What a window of absence does to a rating (protocol section 7): the belief in it fades. The
 * variance grows by tau squared, just as it does for a miner that takes part, but no result shrinks
 * it again; the mean stays. It never grows beyond the uncertainty a newcomer starts with.
 */
public final class AbsenceDrift {
  private AbsenceDrift() {}

  /** The rating after one more window of absence. */
  public static Rating drifted(Rating rating) {
    BigInteger grown = FixedPoint.roundedRoot(PlackettLuce.variance(rating));
    long limit = Math.max(rating.sigmaNanos(), Rating.INITIAL.sigmaNanos());
    return new Rating(rating.muNanos(), Math.min(grown.longValueExact(), limit));
  }
}
