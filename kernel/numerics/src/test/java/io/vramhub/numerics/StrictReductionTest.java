package io.vramhub.numerics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class StrictReductionTest {
  private static final int STRIDE = 53;

  @Test
  void rowsSideBySideSumAsEachAlone() {
    float[] values = values(11 * STRIDE);
    for (int rows = 1; rows <= 11; rows++) {
      double[] sums = new double[rows];
      double[] squares = new double[rows];
      StrictReduction.sums(values, 2, STRIDE, rows, 50, sums);
      StrictReduction.sumsOfSquares(values, 2, STRIDE, rows, 50, squares);
      for (int row = 0; row < rows; row++) {
        double sum = 0;
        double square = 0;
        for (int i = 0; i < 50; i++) {
          float value = values[2 + row * STRIDE + i];
          sum += value;
          square += (double) value * (double) value;
        }
        assertThat(sums[row]).isEqualTo(sum);
        assertThat(squares[row]).isEqualTo(square);
      }
    }
  }

  @Test
  void aSumMayGoOn() {
    float[] values = values(40);
    double begun = StrictReduction.sum(0, values, 0, 17);
    assertThat(StrictReduction.sum(begun, values, 17, 23))
        .isEqualTo(StrictReduction.sum(0, values, 0, 40));
  }

  @Test
  void findsTheGreatestAtEveryLength() {
    float[] values = values(200);
    for (int count = 1; count <= 100; count++) {
      float max = Float.NEGATIVE_INFINITY;
      for (int i = 0; i < count; i++) {
        max = Math.max(max, values[3 + i]);
      }
      assertThat(StrictReduction.max(values, 3, count)).isEqualTo(max);
    }
  }

  @Test
  void aSingleNotANumberIsTheGreatest() {
    for (int at = 0; at < 70; at++) {
      float[] values = values(70);
      values[at] = Float.NaN;
      assertThat(StrictReduction.max(values, 0, 70)).isNaN();
    }
  }

  private static float[] values(int length) {
    Random random = new Random(length);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) (random.nextGaussian() * Math.exp(random.nextGaussian() * 5));
    }
    return values;
  }
}
