package io.vramhub.protocol.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.vramhub.api.model.Digest;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.protocol.payload.GradientCodec;
import io.vramhub.protocol.payload.PayloadException;
import io.vramhub.protocol.payload.SampleGradients;
import io.vramhub.protocol.payload.SparseGradient;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MergeTest {
  /** 57 chunks, several blocks of them, so that threads do meet. */
  private static final ModelSpec SPEC =
      new ModelSpec(600, 2, 64, 4, 2, 256, 32, 10_000, 10_000, false);

  private static final NetworkParameters.Model MODEL = SampleGradients.model(SPEC, 48);
  private static final MemorySegment BASE = base();

  @Test
  void equalsItsDefinitionForAnyNumberOfThreadsAndAnyOrder() {
    List<SparseGradient> gradients = gradients(7);
    MemorySegment defined = target();
    MergeDefinition.apply(BASE, gradients, MODEL, defined);
    assertThat(defined.mismatch(BASE)).isNotNegative();
    for (int threads : new int[] {1, 2, 3, 8}) {
      Collections.shuffle(gradients, new Random(threads));
      MemorySegment merged = target();
      Merge.apply(SPEC, BASE, gradients, MODEL, merged, threads);
      assertThat(merged.mismatch(defined)).isEqualTo(-1);
    }
  }

  @Test
  void givesTheGoldenBytes() {
    MemorySegment merged = target();
    Merge.apply(SPEC, BASE, gradients(5), MODEL, merged);
    assertThat(Digest.sha256(merged.asByteBuffer()).hex())
        .isEqualTo("e9f3e29f55836e49e5ff624a0d0d07109dd2c2ecad1b4a7af51ce162014ddff9");
  }

  @Test
  void mayWorkInPlace() {
    MemorySegment merged = target();
    Merge.apply(SPEC, BASE, gradients(3), MODEL, merged);
    MemorySegment inPlace = target().copyFrom(BASE);
    Merge.apply(SPEC, inPlace, gradients(3), MODEL, inPlace, 2);
    assertThat(inPlace.mismatch(merged)).isEqualTo(-1);
  }

  @Test
  void carriesTheBaseOverWithoutGradients() {
    MemorySegment merged = target();
    Merge.apply(SPEC, BASE, List.of(), MODEL, merged);
    assertThat(merged.mismatch(BASE)).isEqualTo(-1);
  }

  @Test
  void takesTheMeanOverAllGradientsNotOverThoseThatSentACoordinate() {
    SparseGradient alone = gradient(1, 1);
    List<SparseGradient> three = List.of(alone, gradient(2, 1), gradient(3, 1));
    MemorySegment merged = target();
    Merge.apply(SPEC, BASE, three, MODEL, merged);
    double[] factors = GradientClip.factors(three, MODEL.maxShareNanos());
    double[] expected = new double[(int) SPEC.parameters()];
    for (int i = 0; i < 3; i++) {
      double factor = factors[i];
      three.get(i).forEach((index, value) -> expected[(int) index] += factor * value / 3);
    }
    for (int i = 0; i < expected.length; i++) {
      float before = BASE.getAtIndex(ValueLayout.JAVA_FLOAT, i);
      float after = merged.getAtIndex(ValueLayout.JAVA_FLOAT, i);
      assertThat((double) after).isCloseTo(before - expected[i], within(1e-7));
    }
  }

  @Test
  void clipsAnOutlierToTheMedianNorm() {
    List<SparseGradient> gradients =
        List.of(gradient(1, 1), gradient(2, 1_000), gradient(3, 1), gradient(4, 0.5f));
    double[] norms =
        gradients.stream().mapToDouble(each -> Math.sqrt(each.squaredNorm())).toArray();
    double[] factors = GradientClip.factors(gradients, 1_000_000_000);
    double median = Math.min(norms[0], norms[2]);
    assertThat(norms[1]).isGreaterThan(500 * median);
    assertThat(factors[1] * norms[1]).isCloseTo(median, within(1e-9 * median));
    assertThat(Math.max(factors[0] * norms[0], factors[2] * norms[2]))
        .isCloseTo(median, within(1e-9 * median));
    assertThat(factors[3]).isEqualTo(1);
  }

  @Test
  void halfTheSetCannotRaiseTheMedian() {
    List<SparseGradient> gradients =
        List.of(gradient(1, 1), gradient(2, 1_000), gradient(3, 1_000), gradient(4, 1));
    double[] factors = GradientClip.factors(gradients, 1_000_000_000);
    assertThat(factors[1]).isLessThan(0.01);
    assertThat(factors[2]).isLessThan(0.01);
  }

  @Test
  void clipsToTheShareOfTheSum() {
    List<SparseGradient> gradients =
        List.of(
            gradient(1, 1),
            gradient(2, 1),
            gradient(3, 1),
            gradient(4, 0.001f),
            gradient(5, 0.001f));
    double[] factors = GradientClip.factors(gradients, 250_000_000);
    double sum = 0;
    double[] norms = new double[5];
    double median = Double.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      norms[i] = Math.sqrt(gradients.get(i).squaredNorm());
      median = i < 3 ? Math.min(median, norms[i]) : median;
    }
    for (double norm : norms) {
      sum += Math.min(norm, median);
    }
    for (int i = 0; i < 3; i++) {
      assertThat(factors[i] * norms[i]).isCloseTo(sum / 4, within(1e-9));
    }
    assertThat(factors[3]).isEqualTo(1);
  }

  @Test
  void readsAShareNobodyCanMeetAsEqualShares() {
    List<SparseGradient> one = List.of(gradient(1, 1));
    assertThat(GradientClip.factors(one, 100_000_000)).containsExactly(1);
  }

  @Test
  void ignoresAGradientWithoutValues() throws PayloadException {
    GradientCodec codec = GradientCodec.of(MODEL);
    MemorySegment zeros = target();
    SparseGradient nothing = codec.decode(codec.encode(zeros));
    MemorySegment merged = target();
    Merge.apply(SPEC, BASE, List.of(nothing), MODEL, merged);
    assertThat(merged.mismatch(BASE)).isEqualTo(-1);
    assertThat(GradientClip.factors(List.of(nothing), 1)).containsExactly(0);
  }

  @Test
  void refusesMoreGradientsThanTheNetworkMergesAndOtherModels() throws PayloadException {
    MemorySegment target = target();
    assertThatThrownBy(() -> Merge.apply(SPEC, BASE, gradients(16), MODEL, target))
        .hasMessageContaining("at most 15");
    assertThatThrownBy(() -> Merge.apply(SampleGradients.SPEC, BASE, List.of(), MODEL, target))
        .hasMessageContaining("another model");
    NetworkParameters.Model other = SampleGradients.model(32);
    GradientCodec codec = GradientCodec.of(other);
    List<SparseGradient> foreign = List.of(codec.decode(SampleGradients.encoded(other, 1)));
    assertThatThrownBy(() -> Merge.apply(SPEC, BASE, foreign, MODEL, target))
        .hasMessageContaining("of this model");
  }

  @Test
  void reportsWhatAThreadCouldNotDo() {
    List<SparseGradient> gradients = gradients(2);
    try (Arena confined = Arena.ofConfined()) {
      MemorySegment target = confined.allocate(BASE.byteSize());
      assertThatThrownBy(() -> Merge.apply(SPEC, BASE, gradients, MODEL, target, 8))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  private static List<SparseGradient> gradients(int count) {
    List<SparseGradient> gradients = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      gradients.add(gradient(i, 1 + i));
    }
    return gradients;
  }

  private static SparseGradient gradient(long seed, float scale) {
    float[] residual = SampleGradients.residual(SPEC, seed);
    for (int i = 0; i < residual.length; i++) {
      residual[i] *= scale;
    }
    GradientCodec codec = GradientCodec.of(MODEL);
    try {
      return codec.decode(codec.encode(MemorySegment.ofArray(residual)));
    } catch (PayloadException e) {
      throw new AssertionError("our own gradient is refused", e);
    }
  }

  private static MemorySegment base() {
    MemorySegment base = target();
    InitialParameters.draw(SPEC, SampleGradients.digest("seed"), base);
    return base;
  }

  private static MemorySegment target() {
    return Arena.ofAuto().allocate(SPEC.parameters() * Float.BYTES, Float.BYTES);
  }
}
