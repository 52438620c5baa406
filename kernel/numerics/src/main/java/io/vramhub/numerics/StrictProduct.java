package io.vramhub.numerics;

import static jdk.incubator.vector.FloatVector.SPECIES_PREFERRED;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Matrix products with one defined result (protocol section 9): every output starts at +0 and
 * accumulates {@code fma(a[k], b[k], sum)} in f32 over ascending {@code k}. Lanes run over outputs,
 * never over {@code k}, so 4, 8 and 16 lanes give the bits of the scalar loop.
 *
 * <p>The kernel holds 6 rows by 2 vectors of outputs in registers; that needs 15 vector registers,
 * so it fits a CPU with 16. Stateless; threads may write different rows of one result at once.
 */
public final class StrictProduct {
  /** Rows of the left-hand side that one pass over a panel serves. */
  public static final int ROWS = 6;

  private static final VectorSpecies<Float> SPECIES = SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int PANEL = PackedMatrix.PANEL;

  /** Steps of the depth after which sums pause in memory, so that a panel stays in the L1 cache. */
  private static final int DEPTH_BLOCK = 512;

  private StrictProduct() {}

  /**
   * {@code c = a * b}: {@code rows x depth} by {@code depth x columns}.
   *
   * @param aStride distance of two rows of {@code a}
   * @param columns how many of {@code b}'s columns are wanted
   * @param cStride distance of two rows of {@code c}; each row has room for {@code
   *     PackedMatrix.padded(columns)} values, what lies past {@code columns} is overwritten
   */
  public static void multiply(
      float[] a,
      int aOffset,
      int aStride,
      int rows,
      PackedMatrix b,
      int columns,
      float[] c,
      int cOffset,
      int cStride) {
    int panels = panels(rows, b, columns, cStride);
    int depth = b.depth();
    for (int panel = 0; panel < panels; panel++) {
      int bOffset = panel * PANEL * depth;
      for (int step = 0; step < depth; step += DEPTH_BLOCK) {
        int steps = Math.min(DEPTH_BLOCK, depth - step);
        for (int row = 0; row < rows; row += ROWS) {
          tile(
              a,
              aOffset + row * aStride + step,
              aStride,
              Math.min(ROWS, rows - row),
              b.values(),
              bOffset + step * PANEL,
              steps,
              c,
              cOffset + row * cStride + panel * PANEL,
              cStride,
              step > 0);
        }
      }
    }
  }

  /**
   * As {@link #multiply} over all of {@code b}'s columns, but row {@code i} accumulates only over
   * the first {@code firstDepth + i} steps: causal attention.
   */
  public static void multiplyCausal(
      float[] a,
      int aOffset,
      int aStride,
      int rows,
      int firstDepth,
      PackedMatrix b,
      float[] c,
      int cOffset,
      int cStride) {
    int panels = panels(rows, b, b.columns(), cStride);
    if (firstDepth < 0 || firstDepth + rows - 1 > b.depth()) {
      throw new IllegalArgumentException(
          "rows of depth " + firstDepth + ".. do not fit a matrix of depth " + b.depth());
    }
    for (int panel = 0; panel < panels; panel++) {
      int bOffset = panel * PANEL * b.depth();
      for (int row = 0; row < rows; row += ROWS) {
        int height = Math.min(ROWS, rows - row);
        int common = firstDepth + row;
        int aRow = aOffset + row * aStride;
        int cRow = cOffset + row * cStride + panel * PANEL;
        tile(a, aRow, aStride, height, b.values(), bOffset, common, c, cRow, cStride, false);
        for (int i = 1; i < height; i++) {
          int bRest = bOffset + common * PANEL;
          extend(a, aRow + i * aStride + common, b.values(), bRest, i, c, cRow + i * cStride);
        }
      }
    }
  }

  private static int panels(int rows, PackedMatrix b, int columns, int cStride) {
    if (columns < 1 || columns > b.columns()) {
      throw new IllegalArgumentException(
          columns + " columns of a matrix that has " + b.columns() + " were asked for");
    }
    if (rows > 1 && cStride < PackedMatrix.padded(columns)) {
      throw new IllegalArgumentException(
          "result rows " + cStride + " apart have no room for " + columns + " columns in panels");
    }
    return Math.ceilDiv(columns, PANEL);
  }

  /**
   * Up to six rows by one panel. Rows past {@code height} repeat the last one: the same values are
   * then written twice, which costs less than a kernel for every height.
   */
  private static void tile(
      float[] a,
      int aOffset,
      int aStride,
      int height,
      float[] b,
      int bOffset,
      int steps,
      float[] c,
      int cOffset,
      int cStride,
      boolean resume) {
    int a0 = aOffset;
    int a1 = aOffset + Math.min(1, height - 1) * aStride;
    int a2 = aOffset + Math.min(2, height - 1) * aStride;
    int a3 = aOffset + Math.min(3, height - 1) * aStride;
    int a4 = aOffset + Math.min(4, height - 1) * aStride;
    int a5 = aOffset + Math.min(5, height - 1) * aStride;
    int c0 = cOffset;
    int c1 = cOffset + Math.min(1, height - 1) * cStride;
    int c2 = cOffset + Math.min(2, height - 1) * cStride;
    int c3 = cOffset + Math.min(3, height - 1) * cStride;
    int c4 = cOffset + Math.min(4, height - 1) * cStride;
    int c5 = cOffset + Math.min(5, height - 1) * cStride;
    FloatVector s00 = FloatVector.zero(SPECIES);
    FloatVector s01 = s00;
    FloatVector s10 = s00;
    FloatVector s11 = s00;
    FloatVector s20 = s00;
    FloatVector s21 = s00;
    FloatVector s30 = s00;
    FloatVector s31 = s00;
    FloatVector s40 = s00;
    FloatVector s41 = s00;
    FloatVector s50 = s00;
    FloatVector s51 = s00;
    if (resume) {
      s00 = FloatVector.fromArray(SPECIES, c, c0);
      s01 = FloatVector.fromArray(SPECIES, c, c0 + LANES);
      s10 = FloatVector.fromArray(SPECIES, c, c1);
      s11 = FloatVector.fromArray(SPECIES, c, c1 + LANES);
      s20 = FloatVector.fromArray(SPECIES, c, c2);
      s21 = FloatVector.fromArray(SPECIES, c, c2 + LANES);
      s30 = FloatVector.fromArray(SPECIES, c, c3);
      s31 = FloatVector.fromArray(SPECIES, c, c3 + LANES);
      s40 = FloatVector.fromArray(SPECIES, c, c4);
      s41 = FloatVector.fromArray(SPECIES, c, c4 + LANES);
      s50 = FloatVector.fromArray(SPECIES, c, c5);
      s51 = FloatVector.fromArray(SPECIES, c, c5 + LANES);
    }
    for (int k = 0; k < steps; k++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bOffset + k * PANEL);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, bOffset + k * PANEL + LANES);
      FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + k]);
      s00 = x.fma(b0, s00);
      s01 = x.fma(b1, s01);
      x = FloatVector.broadcast(SPECIES, a[a1 + k]);
      s10 = x.fma(b0, s10);
      s11 = x.fma(b1, s11);
      x = FloatVector.broadcast(SPECIES, a[a2 + k]);
      s20 = x.fma(b0, s20);
      s21 = x.fma(b1, s21);
      x = FloatVector.broadcast(SPECIES, a[a3 + k]);
      s30 = x.fma(b0, s30);
      s31 = x.fma(b1, s31);
      x = FloatVector.broadcast(SPECIES, a[a4 + k]);
      s40 = x.fma(b0, s40);
      s41 = x.fma(b1, s41);
      x = FloatVector.broadcast(SPECIES, a[a5 + k]);
      s50 = x.fma(b0, s50);
      s51 = x.fma(b1, s51);
    }
    s00.intoArray(c, c0);
    s01.intoArray(c, c0 + LANES);
    s10.intoArray(c, c1);
    s11.intoArray(c, c1 + LANES);
    s20.intoArray(c, c2);
    s21.intoArray(c, c2 + LANES);
    s30.intoArray(c, c3);
    s31.intoArray(c, c3 + LANES);
    s40.intoArray(c, c4);
    s41.intoArray(c, c4 + LANES);
    s50.intoArray(c, c5);
    s51.intoArray(c, c5 + LANES);
  }

  /** Lets the sums of one row and one panel go on for a few steps. */
  private static void extend(
      float[] a, int aOffset, float[] b, int bOffset, int steps, float[] c, int cOffset) {
    FloatVector s0 = FloatVector.fromArray(SPECIES, c, cOffset);
    FloatVector s1 = FloatVector.fromArray(SPECIES, c, cOffset + LANES);
    for (int k = 0; k < steps; k++) {
      FloatVector x = FloatVector.broadcast(SPECIES, a[aOffset + k]);
      s0 = x.fma(FloatVector.fromArray(SPECIES, b, bOffset + k * PANEL), s0);
      s1 = x.fma(FloatVector.fromArray(SPECIES, b, bOffset + k * PANEL + LANES), s1);
    }
    s0.intoArray(c, cOffset);
    s1.intoArray(c, cOffset + LANES);
  }
}
