package io.vramhub.numerics.sparse;

import static io.vramhub.numerics.sparse.TopKDefinition.BITS;
import static io.vramhub.numerics.sparse.TopKDefinition.INFINITY;
import static io.vramhub.numerics.sparse.TopKDefinition.MAGNITUDE;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Selects the largest magnitudes of one chunk after the other, exactly as {@link TopKDefinition}
 * says, whatever the vector width.
 *
 * <p>Neighbouring chunks look alike, so the last chunk's smallest selected magnitude predicts this
 * one's. One vector pass collects the values above a bar set a little below the prediction; when at
 * least {@code k} values pass, the selected ones are among them, and only those few are ranked.
 * Otherwise the bar is lowered and the pass, which runs in the first-level cache, repeated. A value
 * that is not finite has a larger magnitude than any other, passes every bar and is always found.
 *
 * <p>Not thread-safe: it keeps its buffers and the prediction.
 */
public final class TopK {
  private static final VectorSpecies<Integer> SPECIES = IntVector.SPECIES_PREFERRED;

  private static final int LANES = SPECIES.length();

  /** Values whose comparisons fill one word. */
  private static final int GROUP = Long.SIZE;

  /** One exponent step: halves the bar. */
  private static final int OCTAVE = 1 << 23;

  /** Sets the bar at 87.5 % to 93.75 % of the prediction. */
  private static final int MARGIN = OCTAVE / 8;

  private final long[] passed;
  private final long[] ranking;
  private int bar;

  /**
   * @param longest length of the longest chunk
   */
  public TopK(int longest) {
    passed = new long[longest];
    ranking = new long[longest];
  }

  /**
   * Writes the selected positions, ascending, to the front of {@code positions}.
   *
   * @param values little-endian f32
   * @param first index of the chunk's first value in {@code values}
   * @param length values in the chunk
   * @param k values to keep, in {@code 1..length}
   * @throws ArithmeticException if a value of the chunk is not finite
   */
  public void select(MemorySegment values, long first, int length, int k, int[] positions) {
    int count = collect(values, first, length);
    for (long step = OCTAVE; count < k; step *= 2) {
      bar = (int) Math.max(0, bar - step);
      count = collect(values, first, length);
    }
    long last = kthLargest(count, k);
    int selected = 0;
    for (int i = 0; i < count; i++) {
      long rank = passed[i];
      if (rank >= last) {
        int position = TopKDefinition.position(rank);
        if (TopKDefinition.magnitude(rank) >= INFINITY) {
          throw TopKDefinition.notFinite(first + position);
        }
        positions[selected++] = position;
      }
    }
    bar = Math.max(0, TopKDefinition.magnitude(last) - MARGIN);
  }

  private int collect(MemorySegment values, long first, int length) {
    int count = 0;
    int at = 0;
    for (; at <= length - GROUP; at += GROUP) {
      long hits = 0;
      for (int lane = 0; lane < GROUP; lane += LANES) {
        IntVector bits =
            IntVector.fromMemorySegment(
                SPECIES, values, (first + at + lane) * Float.BYTES, ByteOrder.LITTLE_ENDIAN);
        hits |= bits.and(MAGNITUDE).compare(VectorOperators.GE, bar).toLong() << lane;
      }
      for (; hits != 0; hits &= hits - 1) {
        int position = at + Long.numberOfTrailingZeros(hits);
        int magnitude = values.get(BITS, (first + position) * Float.BYTES) & MAGNITUDE;
        passed[count++] = TopKDefinition.rank(magnitude, position);
      }
    }
    for (; at < length; at++) {
      int magnitude = values.get(BITS, (first + at) * Float.BYTES) & MAGNITUDE;
      if (magnitude >= bar) {
        passed[count++] = TopKDefinition.rank(magnitude, at);
      }
    }
    return count;
  }

  /** Hoare's selection with the median of three as pivot; ranks are distinct. */
  private long kthLargest(int count, int k) {
    System.arraycopy(passed, 0, ranking, 0, count);
    int wanted = count - k;
    int low = 0;
    int high = count - 1;
    while (low < high) {
      long pivot = median(ranking[low], ranking[(low + high) >>> 1], ranking[high]);
      int left = low;
      int right = high;
      while (left <= right) {
        while (ranking[left] < pivot) {
          left++;
        }
        while (ranking[right] > pivot) {
          right--;
        }
        if (left <= right) {
          long swapped = ranking[left];
          ranking[left++] = ranking[right];
          ranking[right--] = swapped;
        }
      }
      if (wanted <= right) {
        high = right;
      } else if (wanted >= left) {
        low = left;
      } else {
        return ranking[wanted];
      }
    }
    return ranking[wanted];
  }

  private static long median(long a, long b, long c) {
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }
}
