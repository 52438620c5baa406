package io.vramhub.numerics;

import static jdk.incubator.vector.FloatVector.SPECIES_PREFERRED;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums over rows of f32 values with one defined result (protocol section 9): sequential in
 * binary64, from +0, over ascending index. Several rows advance side by side, each in its own
 * order, because one row alone would wait for every addition. Stateless.
 */
public final class StrictReduction {
  private static final VectorSpecies<Float> SPECIES = SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  private StrictReduction() {}

  /** Sums of {@code count} values in each of {@code rows} rows. */
  public static void sums(
      float[] values, int offset, int stride, int rows, int count, double[] sums) {
    int row = 0;
    for (; row <= rows - 4; row += 4) {
      int r0 = offset + row * stride;
      int r1 = r0 + stride;
      int r2 = r1 + stride;
      int r3 = r2 + stride;
      double s0 = 0;
      double s1 = 0;
      double s2 = 0;
      double s3 = 0;
      for (int i = 0; i < count; i++) {
        s0 += values[r0 + i];
        s1 += values[r1 + i];
        s2 += values[r2 + i];
        s3 += values[r3 + i];
      }
      sums[row] = s0;
      sums[row + 1] = s1;
      sums[row + 2] = s2;
      sums[row + 3] = s3;
    }
    for (; row < rows; row++) {
      sums[row] = sum(0, values, offset + row * stride, count);
    }
  }

  /** Lets a sum go on over {@code count} further values. */
  public static double sum(double from, float[] values, int offset, int count) {
    double sum = from;
    for (int i = 0; i < count; i++) {
      sum += values[offset + i];
    }
    return sum;
  }

  /** Sums of the squares, which are exact in binary64 before they are added. */
  public static void sumsOfSquares(
      float[] values, int offset, int stride, int rows, int count, double[] sums) {
    int row = 0;
    for (; row <= rows - 4; row += 4) {
      int r0 = offset + row * stride;
      int r1 = r0 + stride;
      int r2 = r1 + stride;
      int r3 = r2 + stride;
      double s0 = 0;
      double s1 = 0;
      double s2 = 0;
      double s3 = 0;
      for (int i = 0; i < count; i++) {
        s0 += square(values[r0 + i]);
        s1 += square(values[r1 + i]);
        s2 += square(values[r2 + i]);
        s3 += square(values[r3 + i]);
      }
      sums[row] = s0;
      sums[row + 1] = s1;
      sums[row + 2] = s2;
      sums[row + 3] = s3;
    }
    for (; row < rows; row++) {
      int at = offset + row * stride;
      double sum = 0;
      for (int i = 0; i < count; i++) {
        sum += square(values[at + i]);
      }
      sums[row] = sum;
    }
  }

  /** The greatest of {@code count} values, NaN if any is; the order cannot matter. */
  public static float max(float[] values, int offset, int count) {
    float max = Float.NEGATIVE_INFINITY;
    int i = 0;
    if (count >= LANES) {
      FloatVector lanes = FloatVector.fromArray(SPECIES, values, offset);
      for (i = LANES; i <= count - LANES; i += LANES) {
        lanes = lanes.max(FloatVector.fromArray(SPECIES, values, offset + i));
      }
      max = lanes.reduceLanes(VectorOperators.MAX);
    }
    for (; i < count; i++) {
      max = Math.max(max, values[offset + i]);
    }
    return max;
  }

  private static double square(double value) {
    return value * value;
  }
}
