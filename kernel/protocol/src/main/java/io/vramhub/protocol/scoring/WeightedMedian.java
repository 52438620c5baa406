package io.vramhub.protocol.scoring;

import io.vramhub.api.model.Coins;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;

/**
 * The lower weighted median: the least value such that it and all lower ones carry at least half of
 * the stake. Where two values split the stake exactly in half, that is the lower one: a disputed
 * gain never pays more than half of the stake says.
 */
final class WeightedMedian {
  private WeightedMedian() {}

  /** A value and the stake behind it. */
  record Weighed<T>(T value, Coins stake) {}

  /**
   * @param values at least one; the order does not matter
   */
  static <T extends Comparable<T>> T of(List<Weighed<T>> values) {
    BigInteger total =
        values.stream()
            .map(value -> BigInteger.valueOf(value.stake().baseUnits()))
            .reduce(BigInteger.ZERO, BigInteger::add);
    BigInteger below = BigInteger.ZERO;
    List<Weighed<T>> ascending =
        values.stream().sorted(Comparator.comparing(Weighed<T>::value)).toList();
    for (Weighed<T> value : ascending) {
      below = below.add(BigInteger.valueOf(value.stake().baseUnits()));
      if (below.shiftLeft(1).compareTo(total) >= 0) {
        return value.value();
      }
    }
    throw new IllegalArgumentException("the median of nothing");
  }
}
