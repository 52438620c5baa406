package org.example.elo;

import java.math.BigInteger;

/**
 * The logistic curve of Elo with base 2, in integers: a lead of {@code doubling} points makes the
 * odds of finishing ahead 2 to 1, of twice as many 4 to 1. No floating point, so the answer is the
 * same on every machine.
 */
final class Odds {
  /** Binary places of a fraction of a doubling. */
  private static final int PLACES = 30;

  private static final long ONE = 1L << PLACES;

  /** {@code 2^-(1/2), 2^-(1/4) ... 2^-(2^-30)}, each to 30 binary places, rounded down. */
  private static final long[] ROOTS_OF_HALF = rootsOfHalf();

  private Odds() {}

  private static long[] rootsOfHalf() {
    long[] roots = new long[PLACES];
    // Twice the places, so that what is lost by taking roots of roots stays out of sight.
    BigInteger root = BigInteger.ONE.shiftLeft(2 * PLACES - 1);
    for (int i = 0; i < PLACES; i++) {
      root = root.shiftLeft(2 * PLACES).sqrt();
      roots[i] = root.shiftRight(PLACES).longValueExact();
    }
    return roots;
  }

  /**
   * The wins to expect of a game, in billionths: half at equal ratings, and together with the other
   * side's exactly one.
   *
   * @param lead in billionths of a rating point, negative for who is behind
   * @param doubling the lead that doubles the odds, in the same unit
   */
  static long expectedWin(long lead, long doubling) {
    if (lead < 0) {
      return EloRating.WIN - expectedWin(-lead, doubling);
    }
    long against = halvings(lead, doubling);
    // The odds are ONE to against.
    return EloRating.WIN - EloRating.WIN * against / (ONE + against);
  }

  /** {@code 2^-(lead / doubling)} at 30 binary places; rounding down makes it 1e-8 less at most. */
  private static long halvings(long lead, long doubling) {
    BigInteger exponent =
        BigInteger.valueOf(lead).shiftLeft(PLACES).divide(BigInteger.valueOf(doubling));
    long whole = exponent.shiftRight(PLACES).min(BigInteger.valueOf(PLACES + 1)).longValueExact();
    long fraction = exponent.and(BigInteger.valueOf(ONE - 1)).longValueExact();
    long value = ONE;
    for (int i = 0; i < PLACES; i++) {
      if ((fraction >> (PLACES - 1 - i) & 1) == 1) {
        value = value * ROOTS_OF_HALF[i] >> PLACES;
      }
    }
    return value >> whole;
  }
}
