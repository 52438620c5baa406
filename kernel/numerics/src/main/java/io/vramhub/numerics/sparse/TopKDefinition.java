package io.vramhub.numerics.sparse;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * What "the {@code k} largest magnitudes" means: order by the magnitude's bits, descending, and
 * among equal magnitudes by index, ascending; take the first {@code k}. {@link TopK} is the fast
 * way to the same answer.
 */
public final class TopKDefinition {
  static final ValueLayout.OfInt BITS =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final int MAGNITUDE = 0x7fff_ffff;
  static final int INFINITY = 0x7f80_0000;

  private TopKDefinition() {}

  /**
   * @param values little-endian f32
   * @param first index of the chunk's first value in {@code values}
   * @param length values in the chunk
   * @param k values to keep, in {@code 1..length}
   * @return positions within the chunk, ascending
   * @throws ArithmeticException if a value of the chunk is not finite
   */
  public static int[] select(MemorySegment values, long first, int length, int k) {
    long[] ranks = new long[length];
    for (int at = 0; at < length; at++) {
      int magnitude = values.get(BITS, (first + at) * Float.BYTES) & MAGNITUDE;
      if (magnitude >= INFINITY) {
        throw notFinite(first + at);
      }
      ranks[at] = rank(magnitude, at);
    }
    Arrays.sort(ranks);
    int[] positions = new int[k];
    for (int i = 0; i < k; i++) {
      positions[i] = position(ranks[length - 1 - i]);
    }
    Arrays.sort(positions);
    return positions;
  }

  /** A number that is larger for what is selected earlier; no two positions share one. */
  static long rank(int magnitude, int position) {
    return (long) magnitude << 32 | (Integer.MAX_VALUE - position);
  }

  static int position(long rank) {
    return Integer.MAX_VALUE - (int) rank;
  }

  static int magnitude(long rank) {
    return (int) (rank >>> 32);
  }

  static ArithmeticException notFinite(long index) {
    return new ArithmeticException("the value at index " + index + " is not finite");
  }
}
