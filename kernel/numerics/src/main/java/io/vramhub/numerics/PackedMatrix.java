package io.vramhub.numerics;

import static jdk.incubator.vector.FloatVector.SPECIES_PREFERRED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The right-hand side of a {@link StrictProduct}, regrouped for it: columns of the product in
 * panels of {@link #PANEL}, inside a panel one row of {@code PANEL} values for each step of the
 * depth, the last panel filled up with +0. The buffer grows on demand and is kept.
 *
 * <p>Panels are independent: threads may pack different panels of one matrix at once, and any
 * number of threads may read a matrix that nobody packs.
 */
public final class PackedMatrix {
  /**
   * Columns of one panel: two vectors of this CPU. Rows that a product is written to have room for
   * a multiple of it.
   */
  public static final int PANEL = 2 * SPECIES_PREFERRED.length();

  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private float[] values = new float[0];
  private int columns;
  private int depth;

  /** Rounds a number of columns up to whole panels. */
  public static int padded(int columns) {
    return Math.multiplyExact(Math.ceilDiv(columns, PANEL), PANEL);
  }

  /** Gives the matrix a new shape; its values are undefined until every panel is packed. */
  public void reshape(int newColumns, int newDepth) {
    if (newColumns < 1 || newDepth < 1) {
      throw new IllegalArgumentException(
          "a packed matrix of " + newColumns + " columns and depth " + newDepth + " is empty");
    }
    int size = Math.multiplyExact(padded(newColumns), newDepth);
    if (values.length < size) {
      values = new float[size];
    }
    columns = newColumns;
    depth = newDepth;
  }

  /** Number of panels of the current shape. */
  public int panels() {
    return Math.ceilDiv(columns, PANEL);
  }

  public int columns() {
    return columns;
  }

  public int depth() {
    return depth;
  }

  /** The panels, one after the other, each of {@code depth * PANEL} values. */
  float[] values() {
    return values;
  }

  /**
   * Packs one panel of a weight matrix: little-endian f32, row-major, one row of {@code depth}
   * values for each column of the product.
   *
   * @param byteOffset where the matrix starts in the segment
   * @param row room for {@code depth} values, for this thread's use alone
   */
  public void packRows(MemorySegment source, long byteOffset, int panel, float[] row) {
    int first = panel * PANEL;
    int present = Math.min(PANEL, columns - first);
    int target = first * depth;
    clearPadding(target, present);
    for (int column = 0; column < present; column++) {
      long from = byteOffset + (long) (first + column) * depth * Float.BYTES;
      MemorySegment.copy(source, FLOAT, from, row, 0, depth);
      scatter(row, 0, target + column);
    }
  }

  /** Packs every panel of a row-major matrix with one row for each column of the product. */
  public void packRows(float[] source, int offset, int stride) {
    for (int panel = 0; panel < panels(); panel++) {
      int first = panel * PANEL;
      int present = Math.min(PANEL, columns - first);
      int target = first * depth;
      clearPadding(target, present);
      for (int column = 0; column < present; column++) {
        scatter(source, offset + (first + column) * stride, target + column);
      }
    }
  }

  /** Packs every panel of a row-major matrix with one row for each step of the depth. */
  public void packColumns(float[] source, int offset, int stride) {
    for (int panel = 0; panel < panels(); panel++) {
      int first = panel * PANEL;
      int present = Math.min(PANEL, columns - first);
      int target = first * depth;
      clearPadding(target, present);
      for (int step = 0; step < depth; step++) {
        System.arraycopy(
            source, offset + step * stride + first, values, target + step * PANEL, present);
      }
    }
  }

  private void scatter(float[] source, int from, int target) {
    for (int step = 0; step < depth; step++) {
      values[target + step * PANEL] = source[from + step];
    }
  }

  private void clearPadding(int target, int present) {
    if (present < PANEL) {
      Arrays.fill(values, target, target + depth * PANEL, 0);
    }
  }
}
