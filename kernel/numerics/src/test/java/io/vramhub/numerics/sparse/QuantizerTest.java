package io.vramhub.numerics.sparse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class QuantizerTest {
  @Test
  void meetsTwoLevelsExactly() {
    float[] values = {1, -1.25f, 1.25f, -1, 1.25f};
    assertThat(TwoBitQuantizer.fit(values, values.length)).isEqualTo(1.0);
    for (float value : values) {
      assertThat(TwoBitQuantizer.value(TwoBitQuantizer.code(value, 1), 1)).isEqualTo(value);
    }
  }

  @Test
  void fitsOnAverageWithinTenPercentOfTheBestScaleOfAFineGrid() {
    Random random = new Random(3);
    double fitted = 0;
    double optimal = 0;
    float[] values = new float[32];
    for (int round = 0; round < 200; round++) {
      for (int i = 0; i < values.length; i++) {
        double magnitude = 1 + 0.25 * Math.abs(random.nextGaussian());
        values[i] = (float) (random.nextBoolean() ? magnitude : -magnitude);
      }
      fitted += error(values, (float) TwoBitQuantizer.fit(values, values.length));
      double best = Double.MAX_VALUE;
      for (float scale = 0.8f; scale < 2; scale += 0.005f) {
        best = Math.min(best, error(values, scale));
      }
      optimal += best;
    }
    assertThat(fitted).isLessThan(1.1 * optimal);
  }

  @Test
  void fitsZeroToZerosAlone() {
    assertThat(TwoBitQuantizer.fit(new float[] {0, -0f}, 2)).isZero();
    assertThat(TwoBitQuantizer.fit(new float[] {0, 1e-45f}, 2)).isPositive();
  }

  @Test
  void meetsEveryScaleOfTheGridAndAnyOtherWithinHalfAStep() {
    for (int code = 0; code < ScaleCode.ZERO; code++) {
      float scale = ScaleCode.scale(0.37f, code);
      assertThat(scale).isCloseTo(0.37f * (float) Math.pow(2, -code / 16.0), within(scale * 1e-6f));
      assertThat(ScaleCode.nearest(scale, 0.37f)).isEqualTo(code);
      assertThat(ScaleCode.nearest(scale * 1.021, 0.37f)).isEqualTo(code);
    }
    assertThat(ScaleCode.scale(0.37f, ScaleCode.ZERO)).isZero();
    assertThat(ScaleCode.nearest(0.37 * 0x1p-17, 0.37f)).isEqualTo(ScaleCode.ZERO);
    assertThat(ScaleCode.nearest(0, 0.37f)).isEqualTo(ScaleCode.ZERO);
    assertThat(ScaleCode.nearest(1, 0)).isEqualTo(ScaleCode.ZERO);
    assertThat(ScaleCode.nearest(1e300, 0.37f)).isZero();
  }

  private static double error(float[] values, float scale) {
    double error = 0;
    for (float value : values) {
      double off = value - TwoBitQuantizer.value(TwoBitQuantizer.code(value, scale), scale);
      error += off * off;
    }
    return error;
  }
}
