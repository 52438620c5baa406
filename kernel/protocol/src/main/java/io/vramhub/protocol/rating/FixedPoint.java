package io.vramhub.protocol.rating;

import java.math.BigInteger;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Unsigned fixed-point arithmetic that fits 256 bits, the widest integer of the Move language. A
 * value that does not fit throws, where Move would abort.
 */
final class FixedPoint {
  /** One in billionths. */
  static final BigInteger E9 = BigInteger.TEN.pow(9);

  static final BigInteger E15 = BigInteger.TEN.pow(15);

  /** One at the scale of variances and of {@code c}. */
  static final BigInteger E18 = BigInteger.TEN.pow(18);

  /** One at the scale of exponentials, probabilities and sums of them. */
  static final BigInteger E24 = BigInteger.TEN.pow(24);

  private static final int WIDTH = 256;

  /** The natural logarithm of 2 at scale 1e24, rounded down. */
  private static final BigInteger LN_2 = new BigInteger("693147180559945309417232");

  /** {@code ln(2)^n / n!} is below half a unit from here on. */
  private static final int TAYLOR_TERMS = 24;

  /** {@code n 1e24} for each term n. */
  private static final List<BigInteger> TAYLOR_DIVISORS =
      IntStream.rangeClosed(0, TAYLOR_TERMS)
          .mapToObj(n -> E24.multiply(BigInteger.valueOf(n)))
          .toList();

  /** Larger arguments of {@link #expOfMinus} count as this one. */
  private static final BigInteger LARGEST_ARGUMENT = BigInteger.valueOf(30).multiply(E24);

  private FixedPoint() {}

  static BigInteger times(BigInteger a, BigInteger b) {
    return fit(a.multiply(b));
  }

  static BigInteger plus(BigInteger a, BigInteger b) {
    return fit(a.add(b));
  }

  /** The floor of {@code a * b / divisor}; the product must fit. */
  static BigInteger timesOver(BigInteger a, BigInteger b, BigInteger divisor) {
    return times(a, b).divide(divisor);
  }

  /** {@code a / divisor} to the nearest unit, halves upward. */
  static BigInteger rounded(BigInteger a, BigInteger divisor) {
    return plus(a, divisor.shiftRight(1)).divide(divisor);
  }

  /** The square root to the nearest unit. */
  static BigInteger roundedRoot(BigInteger value) {
    BigInteger[] root = value.sqrtAndRemainder();
    // (r + 1/2)^2 = r^2 + r + 1/4, so the root rounds up exactly if the remainder exceeds r.
    return root[1].compareTo(root[0]) > 0 ? root[0].add(BigInteger.ONE) : root[0];
  }

  /**
   * {@code exp(-x)} at scale 1e24, for {@code x >= 0} at the same scale; arguments above 30 count
   * as 30.
   *
   * <p>Definition: {@code x = k ln 2 + r} with {@code 0 <= r < ln 2}; the Taylor polynomial of
   * {@code exp(-r)} in Horner form, {@code p = 1}, then for n from 24 down to 1 {@code p = 1 -
   * floor(r p / (n 1e24))}; the answer is {@code floor(p / 2^k)}. The error is below 1e-22.
   */
  static BigInteger expOfMinus(BigInteger x) {
    BigInteger[] reduced = x.min(LARGEST_ARGUMENT).divideAndRemainder(LN_2);
    BigInteger polynomial = E24;
    for (int n = TAYLOR_TERMS; n >= 1; n--) {
      polynomial = E24.subtract(timesOver(reduced[1], polynomial, TAYLOR_DIVISORS.get(n)));
    }
    return polynomial.shiftRight(reduced[0].intValueExact());
  }

  private static BigInteger fit(BigInteger value) {
    if (value.bitLength() > WIDTH) {
      throw new ArithmeticException(
          "a rating exceeds 256 bits; ratings this far apart are not real");
    }
    return value;
  }
}
