package io.vramhub.numerics.sparse;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FixedPointAccumulatorTest {
  @Test
  void givesOneResultForEveryOrder() {
    Random random = new Random(5);
    int[][] positions = new int[20][32];
    float[][] values = new float[20][32];
    double[] factors = new double[20];
    for (int p = 0; p < 20; p++) {
      positions[p] = random.ints(0, 4096).distinct().limit(32).sorted().toArray();
      factors[p] = random.nextDouble();
      for (int i = 0; i < 32; i++) {
        values[p][i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(8) - 6));
      }
    }
    float[] weights = new float[4096];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextGaussian();
    }
    float[] forward = weights.clone();
    float[] backward = weights.clone();
    FixedPointAccumulator accumulator = new FixedPointAccumulator(4096);
    IntStream.range(0, 20).forEach(p -> accumulator.add(positions[p], values[p], 32, factors[p]));
    accumulator.drain(MemorySegment.ofArray(forward), 0, 0x1p-38 / 20);
    IntStream.range(0, 20)
        .map(p -> 19 - p)
        .forEach(p -> accumulator.add(positions[p], values[p], 32, factors[p]));
    accumulator.drain(MemorySegment.ofArray(backward), 0, 0x1p-38 / 20);

    long[] sums = new long[4096];
    for (int p = 0; p < 20; p++) {
      for (int i = 0; i < 32; i++) {
        sums[positions[p][i]] += FixedPointAccumulator.units(values[p][i], factors[p]);
      }
    }
    float[] defined = new float[4096];
    for (int i = 0; i < defined.length; i++) {
      defined[i] = FixedPointAccumulator.stepped(weights[i], sums[i], 0x1p-38 / 20);
    }
    assertThat(forward).isEqualTo(defined).isNotEqualTo(weights);
    assertThat(backward).isEqualTo(defined);
  }

  @Test
  void cannotOverflowWithinItsBounds() {
    long most =
        FixedPointAccumulator.units(FixedPointAccumulator.VALUE_BOUND, 1)
            * FixedPointAccumulator.TERMS_BOUND;
    assertThat(most).isEqualTo(1L << 61);
  }

  @Test
  void leavesTheBitsOfUntouchedWeightsAlone() {
    assertThat(Float.floatToRawIntBits(FixedPointAccumulator.stepped(-0f, 0, 1)))
        .isEqualTo(Float.floatToRawIntBits(-0f));
    assertThat(FixedPointAccumulator.stepped(1.5f, 3L << 38, 0x1p-38)).isEqualTo(-1.5f);
  }
}
