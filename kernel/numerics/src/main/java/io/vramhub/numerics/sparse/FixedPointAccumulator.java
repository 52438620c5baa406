package io.vramhub.numerics.sparse;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Sums sparse values of one chunk in 64-bit fixed point, so that no order of addition can change a
 * bit, and takes the sum off the parameters with one rounding per weight.
 *
 * <p>One unit is {@code 2^-38}. With values of magnitude below {@value #VALUE_BOUND} and at most
 * {@value #TERMS_BOUND} terms per position every sum stays below {@code 2^61}: it cannot overflow.
 * A unit is a five-hundredth of the spacing of f32 at a typical weight of 0.02.
 *
 * <p>Not thread-safe; each thread has its own.
 */
public final class FixedPointAccumulator {
  /** Values must be smaller in magnitude. */
  public static final int VALUE_BOUND = 1 << 11;

  /** Most terms one position may receive. */
  public static final int TERMS_BOUND = 1 << 12;

  /** Units per one. */
  public static final double UNITS = 0x1p38;

  private static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final long[] sums;
  private final long[] touched;

  /**
   * @param longest length of the longest chunk
   */
  public FixedPointAccumulator(int longest) {
    sums = new long[longest];
    touched = new long[(longest + 63) / 64];
  }

  /** What one value contributes: {@code value * factor}, rounded half to even to a unit. */
  public static long units(float value, double factor) {
    return (long) Math.rint(value * (factor * UNITS));
  }

  /**
   * The weight after the step: {@code weight - step * sum} in one binary64 {@code fma}, rounded to
   * f32; a sum of zero leaves the weight's bits alone.
   *
   * @param step what one unit of the sum takes off the weight
   */
  public static float stepped(float weight, long sum, double step) {
    return sum == 0 ? weight : (float) Math.fma(-(double) sum, step, weight);
  }

  /**
   * Adds values at positions of the chunk.
   *
   * @param factor scales every value, in {@code 0..1}
   */
  public void add(int[] positions, float[] values, int count, double factor) {
    double unitFactor = factor * UNITS;
    for (int i = 0; i < count; i++) {
      int position = positions[i];
      sums[position] += (long) Math.rint(values[i] * unitFactor);
      touched[position >>> 6] |= 1L << position;
    }
  }

  /**
   * Applies {@link #stepped} to every position that received a value, in place, and clears the
   * sums.
   *
   * @param weights little-endian f32, which already hold the base
   * @param first index of the chunk's first weight
   */
  public void drain(MemorySegment weights, long first, double step) {
    for (int word = 0; word < touched.length; word++) {
      for (long set = touched[word]; set != 0; set &= set - 1) {
        int position = (word << 6) + Long.numberOfTrailingZeros(set);
        long offset = (first + position) * Float.BYTES;
        weights.set(F32, offset, stepped(weights.get(F32, offset), sums[position], step));
        sums[position] = 0;
      }
    }
    Arrays.fill(touched, 0);
  }
}
