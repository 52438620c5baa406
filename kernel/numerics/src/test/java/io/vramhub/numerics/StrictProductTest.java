package io.vramhub.numerics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.quicktheories.QuickTheory.qt;
import static org.quicktheories.generators.SourceDSL.integers;
import static org.quicktheories.generators.SourceDSL.longs;

import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StrictProductTest {
  @Test
  void equalsTheScalarLoopOnEveryBit() {
    qt().withFixedSeed(20261101)
        .withExamples(150)
        .forAll(
            integers().between(1, 20),
            integers().between(1, 70),
            integers().between(1, 60),
            longs().all())
        .check(StrictProductTest::equalsTheScalarLoop);
  }

  @Test
  void sumsThatPauseInMemoryKeepTheirBits() {
    assertThat(equalsTheScalarLoop(7, 33, 512, 1)).isTrue();
    assertThat(equalsTheScalarLoop(7, 33, 513, 2)).isTrue();
    assertThat(equalsTheScalarLoop(13, 5, 1500, 3)).isTrue();
  }

  @Test
  void keepsInfinitiesNotANumbersAndZeros() {
    float[] a = {Float.POSITIVE_INFINITY, -0f, Float.MIN_VALUE, 1, Float.NaN, 0};
    float[] b = {1, -1, 0, Float.MIN_VALUE, 2, Float.MAX_VALUE};
    assertThat(product(a, 3, b, 3, 2)).isEqualTo(scalar(a, 3, b, 3, 2));
  }

  @Test
  void computesOnlyTheFirstColumnsWhenAsked() {
    float[] a = random(3 * 8, 4);
    float[] b = random(100 * 8, 5);
    PackedMatrix packed = packed(b, 100, 8);
    int stride = PackedMatrix.padded(100);
    float[] c = new float[3 * stride];

    StrictProduct.multiply(a, 0, 8, 3, packed, 1, c, 0, stride);

    assertThat(bits(c[stride])).isEqualTo(bits(scalar(a, 3, b, 100, 8)[100]));
    assertThat(c[PackedMatrix.PANEL]).isZero();
  }

  @Test
  void causalRowsAccumulateOneStepMoreEach() {
    qt().withFixedSeed(20261101)
        .withExamples(60)
        .forAll(
            integers().between(1, 20),
            integers().between(1, 40),
            integers().between(0, 30),
            longs().all())
        .check(
            (rows, columns, firstDepth, seed) -> {
              int depth = firstDepth + rows;
              float[] a = random(rows * depth, seed);
              float[] b = random(depth * columns, seed + 1);
              PackedMatrix packed = new PackedMatrix();
              packed.reshape(columns, depth);
              packed.packColumns(b, 0, columns);
              int stride = PackedMatrix.padded(columns);
              float[] c = new float[rows * stride];
              StrictProduct.multiplyCausal(a, 0, depth, rows, firstDepth, packed, c, 0, stride);
              boolean equal = true;
              for (int row = 0; row < rows; row++) {
                for (int column = 0; column < columns; column++) {
                  float sum = 0;
                  for (int k = 0; k < firstDepth + row; k++) {
                    sum = Math.fma(a[row * depth + k], b[k * columns + column], sum);
                  }
                  equal &= bits(sum) == bits(c[row * stride + column]);
                }
              }
              return equal;
            });
  }

  @Test
  void packsFromASegmentAsFromAnArray() {
    float[] weights = random(45 * 7, 6);
    byte[] bytes = new byte[4 + weights.length * Float.BYTES];
    for (int i = 0; i < weights.length; i++) {
      int value = bits(weights[i]);
      for (int j = 0; j < 4; j++) {
        bytes[4 + 4 * i + j] = (byte) (value >>> 8 * j);
      }
    }
    PackedMatrix fromSegment = new PackedMatrix();
    fromSegment.reshape(45, 7);
    for (int panel = 0; panel < fromSegment.panels(); panel++) {
      fromSegment.packRows(MemorySegment.ofArray(bytes), 4, panel, new float[7]);
    }

    assertThat(fromSegment.values()).isEqualTo(packed(weights, 45, 7).values());
  }

  @Test
  void aReshapedMatrixForgetsItsOldPadding() {
    PackedMatrix matrix = packed(random(90 * 9, 7), 90, 9);
    float[] weights = random(3 * 5, 8);
    matrix.reshape(3, 5);
    matrix.packRows(weights, 0, 5);
    float[] a = random(5, 9);
    float[] c = new float[PackedMatrix.PANEL];

    StrictProduct.multiply(a, 0, 5, 1, matrix, 3, c, 0, PackedMatrix.PANEL);

    assertThat(c).startsWith(scalar(a, 1, weights, 3, 5));
    assertThat(c[3]).isZero();
  }

  @Test
  void refusesWhatDoesNotFit() {
    PackedMatrix matrix = packed(random(6, 1), 3, 2);
    float[] c = new float[2 * PackedMatrix.PANEL];
    assertThatThrownBy(
            () -> StrictProduct.multiply(c, 0, 2, 2, matrix, 4, c, 0, PackedMatrix.PANEL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4 columns");
    assertThatThrownBy(() -> StrictProduct.multiply(c, 0, 2, 2, matrix, 3, c, 0, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no room");
    assertThatThrownBy(
            () -> StrictProduct.multiplyCausal(c, 0, 2, 2, 2, matrix, c, 0, PackedMatrix.PANEL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("depth 2");
    assertThatThrownBy(() -> matrix.reshape(0, 2)).isInstanceOf(IllegalArgumentException.class);
  }

  private static boolean equalsTheScalarLoop(int rows, int columns, int depth, long seed) {
    float[] a = random(rows * depth, seed);
    float[] b = random(columns * depth, seed + 1);
    float[] expected = scalar(a, rows, b, columns, depth);
    float[] actual = product(a, rows, b, columns, depth);
    for (int i = 0; i < expected.length; i++) {
      if (bits(expected[i]) != bits(actual[i])) {
        return false;
      }
    }
    return true;
  }

  private static float[] product(float[] a, int rows, float[] b, int columns, int depth) {
    int stride = PackedMatrix.padded(columns);
    float[] padded = new float[rows * stride];
    StrictProduct.multiply(
        a, 0, depth, rows, packed(b, columns, depth), columns, padded, 0, stride);
    float[] c = new float[rows * columns];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(padded, row * stride, c, row * columns, columns);
    }
    return c;
  }

  private static PackedMatrix packed(float[] b, int columns, int depth) {
    PackedMatrix packed = new PackedMatrix();
    packed.reshape(columns, depth);
    packed.packRows(b, 0, depth);
    return packed;
  }

  private static float[] scalar(float[] a, int rows, float[] b, int columns, int depth) {
    float[] c = new float[rows * columns];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        float sum = 0;
        for (int k = 0; k < depth; k++) {
          sum = Math.fma(a[row * depth + k], b[column * depth + k], sum);
        }
        c[row * columns + column] = sum;
      }
    }
    return c;
  }

  private static float[] random(int length, long seed) {
    Random random = new Random(seed);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static int bits(float value) {
    return Float.floatToIntBits(value);
  }
}
