package io.vramhub.protocol.rating;

import static io.vramhub.protocol.rating.FixedPoint.E15;
import static io.vramhub.protocol.rating.FixedPoint.E18;
import static io.vramhub.protocol.rating.FixedPoint.E24;
import static io.vramhub.protocol.rating.FixedPoint.E9;
import static io.vramhub.protocol.rating.FixedPoint.plus;
import static io.vramhub.protocol.rating.FixedPoint.rounded;
import static io.vramhub.protocol.rating.FixedPoint.roundedRoot;
import static io.vramhub.protocol.rating.FixedPoint.times;
import static io.vramhub.protocol.rating.FixedPoint.timesOver;

import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.Rating;
import io.vramhub.api.model.RatingRound;
import io.vramhub.api.model.RatingRound.Entrant;
import io.vramhub.api.model.RatingUpdate;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The Plackett-Luce update of Weng and Lin, "A Bayesian Approximation Method for Online Ranking"
 * (JMLR 12, 2011, algorithm 4), with the semantics of the library {@code openskill} 5.0.1 for teams
 * of one: beta = 25/6, tau = 25/300 added before the update, gamma = sigma/c, kappa = 1e-4.
 *
 * <p>Definition, all integers, all divisions rounded down unless said. Ratings are in billionths;
 * variances and {@code c} at scale 1e18; everything between 0 and the number of entrants at scale
 * 1e24. For entrants i with mean {@code mu}, deviation {@code sigma} and rank {@code k}:
 *
 * <ol>
 *   <li>{@code v[i] = sigma[i]^2 + tau^2}
 *   <li>{@code c^2 = sum over i of (v[i] + beta^2)}, {@code c = floor(sqrt(c^2))}
 *   <li>{@code e[i] = exp(-(m - mu[i]) / c)} with {@code m} the largest mean ({@link
 *       FixedPoint#expOfMinus}; subtracting {@code m} changes no ratio below)
 *   <li>for each group of equal rank g, in order of rank: {@code A[g]} its size, {@code S[g]} the
 *       sum of {@code e} over this and all worse groups, {@code R[g] = 1 / S[g]}, and the running
 *       sums {@code P[g] = R[1] + … + R[g]}, {@code Q[g] = R[1]^2 + … + R[g]^2}
 *   <li>{@code omega[i] = 1 / A[g] - e[i] P[g]}, signed, and {@code delta[i] = max(0, e[i] P[g] -
 *       e[i]^2 Q[g])}
 *   <li>{@code mu'[i] = mu[i] + omega[i] v[i] / c}, the change rounded to the nearest billionth,
 *       halves away from zero
 *   <li>{@code f[i] = max(1 - (s[i] / c) delta[i] v[i] / c^2, kappa)} with {@code s[i] =
 *       floor(sqrt(v[i]))}
 *   <li>{@code sigma'[i] = sqrt(v[i] f[i])}, to the nearest billionth
 * </ol>
 *
 * <p>Step 5 is the library's double sum over all better or equal q, {@code sum of (1{i=q} -
 * e[i]/S[q]) / A[q]}, with the members of each group collected: every group's A equal terms over A
 * are one term. That makes the update linear in the number of entrants once they are grouped by
 * rank. Exact sums make it independent of the entrants' order.
 *
 * <p>Every intermediate fits 256 bits for up to 4,096 entrants with sigmas up to 1,000. What makes
 * it fit although {@code R} may be large: an entrant's own {@code e} is part of every {@code S} it
 * meets, so {@code e R <= 1}.
 */
public final class PlackettLuce {
  /** {@code (25/6)^2} at scale 1e18, rounded down. */
  static final BigInteger BETA_SQUARED = new BigInteger("17361111111111111111");

  /** {@code (25/300)^2} at scale 1e18, rounded down. */
  static final BigInteger TAU_SQUARED = new BigInteger("6944444444444444");

  private static final BigInteger KAPPA = E24.divide(BigInteger.valueOf(10_000));

  private PlackettLuce() {}

  /** An entrant with what steps 1 to 3 give it. */
  private record Term(Entrant entrant, BigInteger variance, BigInteger exponential) {}

  /**
   * The ratings after the round; a round of one changes only its sigma, by tau.
   *
   * @throws IllegalArgumentException if a miner enters twice
   */
  public static RatingUpdate update(RatingRound round) {
    List<Entrant> entrants = round.entrants();
    BigInteger cSquared = BigInteger.ZERO;
    long highest = Long.MIN_VALUE;
    for (Entrant entrant : entrants) {
      cSquared = plus(cSquared, plus(variance(entrant.rating()), BETA_SQUARED));
      highest = Math.max(highest, entrant.rating().muNanos());
    }
    BigInteger c = times(cSquared, E18).sqrt();

    TreeMap<Integer, List<Term>> groups = new TreeMap<>();
    for (Entrant entrant : entrants) {
      BigInteger distance =
          BigInteger.valueOf(Math.subtractExact(highest, entrant.rating().muNanos()));
      BigInteger exponential = FixedPoint.expOfMinus(timesOver(times(distance, E9), E24, c));
      groups
          .computeIfAbsent(entrant.rank(), rank -> new ArrayList<>())
          .add(new Term(entrant, variance(entrant.rating()), exponential));
    }

    BigInteger remaining = BigInteger.ZERO;
    for (List<Term> group : groups.values()) {
      remaining = plus(remaining, sum(group));
    }
    BigInteger inverses = BigInteger.ZERO;
    BigInteger squaredInverses = BigInteger.ZERO;
    SortedMap<MinerUid, Rating> ratings = new TreeMap<>();
    for (List<Term> group : groups.values()) {
      BigInteger inverse = times(E24, E24).divide(remaining);
      inverses = plus(inverses, inverse);
      squaredInverses = plus(squaredInverses, timesOver(inverse, inverse, E24));
      BigInteger gain = E24.divide(BigInteger.valueOf(group.size()));
      for (Term term : group) {
        BigInteger loss = timesOver(term.exponential(), inverses, E24);
        BigInteger squares =
            timesOver(
                times(term.exponential(), term.exponential()), squaredInverses, times(E24, E24));
        Rating after =
            updated(
                term,
                gain.subtract(loss),
                loss.subtract(squares).max(BigInteger.ZERO),
                c,
                cSquared);
        if (ratings.put(term.entrant().miner(), after) != null) {
          throw new IllegalArgumentException(
              "miner " + term.entrant().miner() + " enters the round twice");
        }
      }
      remaining = remaining.subtract(sum(group));
    }
    return new RatingUpdate(ratings);
  }

  /** Step 1. */
  static BigInteger variance(Rating rating) {
    return plus(BigInteger.valueOf(rating.sigmaNanos()).pow(2), TAU_SQUARED);
  }

  /** Steps 6 to 8. */
  private static Rating updated(
      Term term, BigInteger omega, BigInteger delta, BigInteger c, BigInteger cSquared) {
    BigInteger change = rounded(times(omega.abs(), term.variance()), times(c, E15));
    long signedChange = omega.signum() < 0 ? -change.longValueExact() : change.longValueExact();

    BigInteger deviation = times(term.variance(), E18).sqrt();
    BigInteger shrink = timesOver(times(delta, deviation), term.variance(), times(c, cSquared));
    BigInteger factor = E24.subtract(shrink).max(KAPPA);
    BigInteger variance = timesOver(term.variance(), factor, E24);
    return new Rating(
        Math.addExact(term.entrant().rating().muNanos(), signedChange),
        roundedRoot(variance).max(BigInteger.ONE).longValueExact());
  }

  private static BigInteger sum(List<Term> group) {
    return group.stream().map(Term::exponential).reduce(BigInteger.ZERO, FixedPoint::plus);
  }
}
