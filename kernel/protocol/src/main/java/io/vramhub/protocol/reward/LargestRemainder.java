package io.vramhub.protocol.reward;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Divides a whole among weights without losing a unit (Hamilton's method): everyone gets the floor
 * of its exact share, and the units left over go one each to the largest remainders.
 */
public final class LargestRemainder {
  private LargestRemainder() {}

  /**
   * The shares, in the order of the weights; they sum to {@code whole} exactly. Equal remainders
   * are served in the order of the weights. A zero weight gets nothing. If all weights are zero
   * there is nobody to give to, and all shares are zero.
   *
   * @param weights none negative
   */
  public static long[] divide(long whole, List<BigInteger> weights) {
    BigInteger total = BigInteger.ZERO;
    for (BigInteger weight : weights) {
      if (weight.signum() < 0) {
        throw new IllegalArgumentException("a weight is negative: " + weight);
      }
      total = total.add(weight);
    }
    long[] shares = new long[weights.size()];
    if (total.signum() == 0) {
      return shares;
    }
    BigInteger[] remainders = new BigInteger[shares.length];
    long left = whole;
    for (int i = 0; i < shares.length; i++) {
      BigInteger[] exact =
          weights.get(i).multiply(BigInteger.valueOf(whole)).divideAndRemainder(total);
      shares[i] = exact[0].longValueExact();
      remainders[i] = exact[1];
      left -= shares[i];
    }
    // The remainders are less than one unit each, so fewer units are left than there are weights.
    IntStream.range(0, shares.length)
        .boxed()
        .sorted(
            Comparator.comparing((Integer i) -> remainders[i])
                .reversed()
                .thenComparing(Comparator.naturalOrder()))
        .limit(left)
        .forEach(i -> shares[i]++);
    return shares;
  }
}
