package io.vramhub.storage.walrus.redstuff;

import java.util.Arrays;

/**
 * The systematic Reed-Solomon code of the Rust crate {@code reed-solomon-simd}, which Walrus' RS2
 * uses: {@code originals} points fix a polynomial, {@code recoveries} further ones are computed.
 * Every point is a row of {@code width} elements that are coded side by side.
 */
final class ReedSolomon {
  private final int originals;
  private final int recoveries;

  /** The points of the smaller side, rounded up to a power of two: the size of a transform. */
  private final int chunk;

  private final boolean highRate;
  private final int width;
  private final char[] work;
  private final char[] low = new char[256];
  private final char[] high = new char[256];

  ReedSolomon(int originals, int recoveries, int width) {
    this.originals = originals;
    this.recoveries = recoveries;
    this.width = width;
    int originalsRounded = powerOfTwo(originals);
    int recoveriesRounded = powerOfTwo(recoveries);
    highRate =
        originalsRounded > recoveriesRounded
            || (originalsRounded == recoveriesRounded && originals <= recoveries);
    chunk = highRate ? recoveriesRounded : originalsRounded;
    int other = highRate ? originals : recoveries;
    work = new char[Math.ceilDiv(other, chunk) * chunk * width];
  }

  private static int powerOfTwo(int count) {
    return count <= 1 ? 1 : Integer.highestOneBit(count - 1) << 1;
  }

  /** Where the row of a point begins in the arrays of {@link #encode}. */
  int row(int point) {
    return point * width;
  }

  /**
   * Computes the recovery points.
   *
   * @param points {@code originals} rows, followed by room for {@code recoveries} rows
   */
  void encode(char[] points) {
    System.arraycopy(points, 0, work, 0, row(originals));
    Arrays.fill(work, row(originals), work.length, '\0');
    if (highRate) {
      encodeManyOriginals();
    } else {
      encodeManyRecoveries();
    }
    System.arraycopy(work, 0, points, row(originals), row(recoveries));
  }

  private void encodeManyOriginals() {
    for (int start = 0; start < originals; start += chunk) {
      inverseTransform(start, Math.min(chunk, originals - start), start + chunk);
      if (start > 0) {
        add(work, row(start), work, 0, row(chunk));
      }
    }
    transform(0, recoveries, 0);
  }

  private void encodeManyRecoveries() {
    inverseTransform(0, originals, 0);
    for (int start = chunk; start < recoveries; start += chunk) {
      System.arraycopy(work, 0, work, row(start), row(chunk));
    }
    for (int start = 0; start < recoveries; start += chunk) {
      transform(start, Math.min(chunk, recoveries - start), start + chunk);
    }
  }

  /** From values at a chunk's points to coefficients; rows from {@code used} on are zero. */
  private void inverseTransform(int start, int used, int firstPoint) {
    for (int distance = 1; distance < chunk; distance *= 2) {
      for (int block = 0; block < used; block += 2 * distance) {
        int factor = GaloisField.skew(firstPoint + block + distance - 1);
        int lower = row(start + block);
        int upper = row(start + block + distance);
        int length = row(distance);
        add(work, lower, work, upper, length);
        addMultiple(factor, upper, lower, length);
      }
    }
  }

  /** From coefficients to values at a chunk's points; only the first {@code used} are wanted. */
  private void transform(int start, int used, int firstPoint) {
    for (int distance = chunk / 2; distance > 0; distance /= 2) {
      for (int block = 0; block < used; block += 2 * distance) {
        int factor = GaloisField.skew(firstPoint + block + distance - 1);
        int lower = row(start + block);
        int upper = row(start + block + distance);
        int length = row(distance);
        addMultiple(factor, upper, lower, length);
        add(work, lower, work, upper, length);
      }
    }
  }

  private static void add(char[] from, int fromIndex, char[] to, int toIndex, int length) {
    for (int i = 0; i < length; i++) {
      to[toIndex + i] ^= from[fromIndex + i];
    }
  }

  private void addMultiple(int factor, int from, int to, int length) {
    if (factor == GaloisField.MODULUS) {
      return;
    }
    if (length < low.length) {
      for (int i = 0; i < length; i++) {
        work[to + i] ^= (char) GaloisField.multiply(work[from + i], factor);
      }
      return;
    }
    tabulate(factor);
    for (int i = 0; i < length; i++) {
      int element = work[from + i];
      work[to + i] ^= (char) (low[element & 0xff] ^ high[element >>> 8]);
    }
  }

  /** Products of the factor with every low and every high byte; multiplication is linear. */
  private void tabulate(int factor) {
    for (int bit = 0; bit < 8; bit++) {
      int width = 1 << bit;
      char lowest = (char) GaloisField.multiply(width, factor);
      char highest = (char) GaloisField.multiply(width << 8, factor);
      for (int i = 0; i < width; i++) {
        low[i + width] = (char) (low[i] ^ lowest);
        high[i + width] = (char) (high[i] ^ highest);
      }
    }
  }
}
