package io.vramhub.numerics.sparse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TopKTest {
  private final Random random = new Random(7);

  @Test
  void agreesWithTheDefinitionOnEveryKindOfChunk() {
    TopK topk = new TopK(4096);
    for (int round = 0; round < 400; round++) {
      int length = round % 3 == 0 ? 4096 : 1 + random.nextInt(4096);
      int k = 1 + random.nextInt(Math.min(length, round % 5 == 0 ? 4096 : 64));
      float[] values = chunk(length, round % 6);
      assertSame(topk, values, k);
    }
  }

  @Test
  void agreesAfterTheScaleFallsOrRisesByManyOctaves() {
    TopK topk = new TopK(4096);
    for (float scale : new float[] {1, 1e-30f, 1e30f, 1e-42f, 0, 3e38f, 1e-3f}) {
      float[] values = chunk(4096, 0);
      for (int i = 0; i < values.length; i++) {
        values[i] = Math.clamp(values[i] * scale, -Float.MAX_VALUE, Float.MAX_VALUE);
      }
      assertSame(topk, values, 32);
    }
  }

  @Test
  void prefersTheLowerIndexAmongEqualMagnitudes() {
    float[] values = {1, -2, 2, -1, 2, 1};
    int[] positions = new int[4];
    new TopK(6).select(MemorySegment.ofArray(values), 0, 6, 4, positions);
    assertThat(positions).containsExactly(0, 1, 2, 4);
  }

  @Test
  void refusesWhatIsNotFiniteWhereverItStands() {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      for (int at : new int[] {0, 1, 2047, 4095}) {
        float[] values = chunk(4096, 0);
        values[at] = bad;
        MemorySegment segment = MemorySegment.ofArray(values);
        assertThatThrownBy(() -> new TopK(4096).select(segment, 0, 4096, 1, new int[1]))
            .isInstanceOf(ArithmeticException.class)
            .hasMessageContaining("index " + at + " ");
        assertThatThrownBy(() -> TopKDefinition.select(segment, 0, 4096, 1))
            .isInstanceOf(ArithmeticException.class);
      }
    }
  }

  private static void assertSame(TopK topk, float[] values, int k) {
    float[] shifted = new float[values.length + 3];
    System.arraycopy(values, 0, shifted, 3, values.length);
    MemorySegment segment = MemorySegment.ofArray(shifted);
    int[] positions = new int[k];
    topk.select(segment, 3, values.length, k, positions);
    assertThat(positions).isEqualTo(TopKDefinition.select(segment, 3, values.length, k));
  }

  private float[] chunk(int length, int kind) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] =
          switch (kind) {
            case 0 -> (float) random.nextGaussian();
            case 1 -> random.nextInt(3) - 1;
            case 2 -> 0;
            case 3 -> i;
            case 4 -> length - i;
            default -> (float) Math.exp(8 * random.nextGaussian());
          };
    }
    if (kind == 5) {
      Arrays.fill(values, length / 2, length, -0f);
    }
    return values;
  }
}
