package io.vramhub.numerics.sparse;

/**
 * Rice's code for ascending positions in a chunk. Of each position the gap to its predecessor is
 * coded, less one (the first position is its own gap): the quotient by {@code 2^parameter} as so
 * many zero bits and a one, then the remainder in {@code parameter} bits, least significant first.
 *
 * <p>The parameter follows from the chunk alone: the largest power of two not above {@code ln 2}
 * times the mean gap, which for positions spread evenly is within 3 % of their entropy: 8.47 bits
 * each for 32 in 4,096. Robert F. Rice, "Some practical universal noiseless coding techniques", JPL
 * 79-22, 1979.
 */
public final class RiceCode {
  /** {@code ln 2} in 1/65536. */
  private static final long LN2 = 45_426;

  private RiceCode() {}

  /** Remainder bits for {@code count} positions among {@code length}. */
  public static int parameter(int length, int count) {
    long gap = Math.max(1, (length * LN2 >>> 16) / count);
    return 63 - Long.numberOfLeadingZeros(gap);
  }

  /** The fewest bits any {@code count} positions among {@code length} take. */
  public static long minimumBits(int length, int count) {
    return (long) count * (parameter(length, count) + 1);
  }

  /** The most bits any {@code count} positions among {@code length} take. */
  public static long maximumBits(int length, int count) {
    return minimumBits(length, count) + ((length - count) >> parameter(length, count));
  }

  /** Appends {@code count} ascending positions of a chunk of {@code length}. */
  public static void write(BitWriter writer, int[] positions, int length, int count) {
    int parameter = parameter(length, count);
    int previous = -1;
    for (int i = 0; i < count; i++) {
      int gap = positions[i] - previous - 1;
      writer.zeros(gap >> parameter);
      writer.bits(1L | (long) (gap & ((1 << parameter) - 1)) << 1, parameter + 1);
      previous = positions[i];
    }
  }

  /**
   * Reads {@code count} positions into the front of {@code positions}.
   *
   * @return whether they were all there: {@code false} if a position lies outside the chunk or the
   *     bits end first
   */
  public static boolean read(BitReader reader, int length, int count, int[] positions) {
    int parameter = parameter(length, count);
    int previous = -1;
    for (int i = 0; i < count; i++) {
      int gap = reader.rice(parameter, length >> parameter);
      int position = previous + 1 + gap;
      if (gap < 0 || position >= length) {
        return false;
      }
      positions[i] = position;
      previous = position;
    }
    return reader.position() <= reader.limit();
  }
}
