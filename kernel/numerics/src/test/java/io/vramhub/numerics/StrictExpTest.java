package io.vramhub.numerics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class StrictExpTest {
  @Test
  void liesWithinOneUnitInTheLastPlace() {
    double worst = 0;
    for (int i = 0; i <= 1_000_000; i++) {
      float x = -87 + i * (175f / 1_000_000);
      double exact = StrictMath.exp(x);
      double error = Math.abs(StrictExp.exp(x) - exact) / Math.ulp((float) exact);
      worst = Math.max(worst, error);
    }
    assertThat(worst).isLessThan(1);
  }

  @Test
  void holdsItsGoldenBits() {
    float[] arguments = {
      0f, -0f, 1f, -1f, 0.5f, -17.25f, 42f, -86.99f, 87.99f, 1e-10f, -0.3465736f
    };
    int[] bits = new int[arguments.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(StrictExp.exp(arguments[i]));
    }
    assertThat(bits)
        .containsExactly(
            0x3f800000,
            0x3f800000,
            0x402df854,
            0x3ebc5ab2,
            0x3fd3094c,
            0x330a7a4f,
            0x5dc1192b,
            0x00b503b7,
            0x7ef60990,
            0x3f800000,
            0x3f3504f3);
  }

  @Test
  void clampsFarArgumentsAndKeepsNotANumber() {
    assertThat(StrictExp.exp(Float.NEGATIVE_INFINITY)).isEqualTo(StrictExp.exp(-87f)).isPositive();
    assertThat(StrictExp.exp(-1000)).isEqualTo(StrictExp.exp(-87f));
    assertThat(StrictExp.exp(Float.POSITIVE_INFINITY)).isEqualTo(StrictExp.exp(88f)).isFinite();
    assertThat(StrictExp.exp(Float.NaN)).isNaN();
  }

  @Test
  void lanesGiveTheBitsOfTheDefinition() {
    float[] values = arguments();
    float[] expected = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      expected[i] = StrictExp.exp(values[i] - 0.7f);
    }

    StrictExp.expOfDifference(values, 0, values.length, 0.7f);

    assertThat(values).isEqualTo(expected);
  }

  @Test
  void swishGateGivesTheBitsOfTheDefinition() {
    float[] gate = arguments();
    float[] up = new float[gate.length];
    float[] expected = new float[gate.length];
    Random random = new Random(2);
    for (int i = 0; i < gate.length; i++) {
      up[i] = (float) random.nextGaussian();
      expected[i] = gate[i] / (StrictExp.exp(-gate[i]) + 1) * up[i];
    }

    StrictExp.swishGate(gate, up, 0, gate.length);

    assertThat(gate).isEqualTo(expected);
  }

  @Test
  void leavesNeighboursAlone() {
    float[] values = {5, 5, 5, 5};
    StrictExp.expOfDifference(values, 1, 2, 5);
    assertThat(values).containsExactly(5, 1, 1, 5);
  }

  /** A length no vector divides, with every special value. */
  private static float[] arguments() {
    float[] values = new float[100_003];
    Random random = new Random(1);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * 30);
    }
    float[] special = {
      Float.NaN,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      0f,
      -0f,
      Float.MIN_VALUE,
      -Float.MIN_VALUE,
      Float.MAX_VALUE,
      -Float.MAX_VALUE,
      -87f,
      88f,
      87.5f,
      -86.5f
    };
    System.arraycopy(special, 0, values, 40, special.length);
    System.arraycopy(special, 0, values, values.length - special.length, special.length);
    return values;
  }
}
