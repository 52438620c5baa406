package io.vramhub.framework.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.TokenBatch;
import io.vramhub.api.model.TrainingPlan.AdamW;
import io.vramhub.protocol.evaluation.StrictEvaluator;
import io.vramhub.tck.TinyModels;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class DecoderModuleTest {
  private static final AdamW UNCLIPPED =
      new AdamW(1e-2f, 0.9f, 0.95f, 1e-8f, 0.1f, Float.POSITIVE_INFINITY);

  @BeforeAll
  static void loadNatives() {
    NativeTier.load(DjlSettings.from(com.typesafe.config.ConfigFactory.empty()).cache());
  }

  static Stream<ModelSpec> models() {
    return Stream.of(TinyModels.TIED, TinyModels.UNTIED);
  }

  @ParameterizedTest
  @MethodSource("models")
  void agreesWithTheStrictEvaluatorAlongTheLossCurve(ModelSpec model) {
    List<TokenBatch> batches = TinyModels.batches(model, 30, 4, 3);
    try (DecoderModule module = module(model);
        StrictEvaluator strict = new StrictEvaluator(model, 1)) {
      for (int step = 0; step < batches.size(); step++) {
        TokenBatch batch = batches.get(step % 3);
        double expected = strict.lossNanoNats(module.parameters(), batch).orElseThrow() / 1e9;
        assertThat((double) module.loss(batch, 0, batch.sequences()))
            .isCloseTo(expected, within(1e-5));
        assertThat((double) module.step(batch, UNCLIPPED, step + 1).loss())
            .isCloseTo(expected, within(1e-5));
      }
      double first =
          strict.lossNanoNats(TinyModels.parameters(model, 1), batches.get(0)).orElseThrow();
      double last = strict.lossNanoNats(module.parameters(), batches.get(0)).orElseThrow();
      assertThat(last).isLessThan(0.8 * first);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void gradientIsTheSlopeOfTheStrictLoss(ModelSpec model) {
    TokenBatch batch = TinyModels.batches(model, 1, 4, 5).get(0);
    try (DecoderModule module = module(model);
        StrictEvaluator strict = new StrictEvaluator(model, 1)) {
      AdamW still = new AdamW(0, 0.9f, 0.95f, 1e-8f, 0, Float.POSITIVE_INFINITY);
      double norm = module.step(batch, still, 1).gradientNorm();
      float[] gradient = scaled(floats(module.firstMoments()), 1 / (1 - 0.9f));
      assertThat(norm(gradient)).isCloseTo(norm, within(1e-4 * norm));
      // Along the gradient itself the slope is its norm; each tensor is also tried alone.
      float[] start = floats(module.parameters());
      MemorySegment moved = TinyModels.empty(model);
      long offset = 0;
      for (var tensor : model.tensors()) {
        float[] part = new float[gradient.length];
        System.arraycopy(gradient, (int) offset, part, (int) offset, tensor.elements());
        double length = norm(part);
        double stride = 0.02 / length;
        double slope =
            (lossAt(strict, batch, moved, start, part, stride)
                    - lossAt(strict, batch, moved, start, part, -stride))
                / (2 * 0.02);
        assertThat(slope).as(tensor.name()).isCloseTo(length, within(0.02 * length + 1e-5));
        offset += tensor.elements();
      }
    }
  }

  @Test
  void updatesAsAdamWDoes() {
    ModelSpec model = TinyModels.TIED;
    List<TokenBatch> batches = TinyModels.batches(model, 4, 4, 7);
    try (DecoderModule module = module(model)) {
      int count = Math.toIntExact(model.parameters());
      double[] first = new double[count];
      double[] second = new double[count];
      for (int step = 1; step <= batches.size(); step++) {
        float[] before = floats(module.parameters());
        module.step(batches.get(step - 1), UNCLIPPED, step);
        float[] after = floats(module.parameters());
        float[] firstAfter = floats(module.firstMoments());
        float[] secondAfter = floats(module.secondMoments());
        for (int i = 0; i < count; i++) {
          double gradient = (firstAfter[i] - 0.9 * first[i]) / 0.1;
          double expectedSecond = 0.95 * second[i] + 0.05 * gradient * gradient;
          assertThat((double) secondAfter[i])
              .isCloseTo(expectedSecond, within(1e-4 * expectedSecond + 1e-9));
          double mean = firstAfter[i] / (1 - Math.pow(0.9, step));
          double deviation = Math.sqrt(secondAfter[i] / (1 - Math.pow(0.95, step)));
          double expected = before[i] * (1 - 1e-2 * 0.1) - 1e-2 * mean / (deviation + 1e-8);
          assertThat((double) after[i]).isCloseTo(expected, within(2e-6));
          first[i] = firstAfter[i];
          second[i] = secondAfter[i];
        }
      }
    }
  }

  @Test
  void clipsTheGlobalGradientNorm() {
    TokenBatch batch = TinyModels.batches(TinyModels.TIED, 1, 4, 9).get(0);
    try (DecoderModule module = module(TinyModels.TIED)) {
      AdamW clipped = new AdamW(1e-3f, 0.9f, 0.95f, 1e-8f, 0, 0.01f);
      assertThat(module.step(batch, clipped, 1).gradientNorm()).isGreaterThan(0.1f);
      double norm = norm(floats(module.firstMoments())) / (1 - 0.9f);
      assertThat(norm).isCloseTo(0.01, within(1e-6));
    }
  }

  @Test
  void memoryStaysFlat() {
    TokenBatch batch = TinyModels.batches(TinyModels.TIED, 1, 2, 11).get(0);
    try (DecoderModule module = module(TinyModels.TIED)) {
      module.step(batch, TinyModels.ADAM, 1);
      int resources = module.nativeResources();
      for (int step = 2; step < 1_000; step++) {
        module.step(batch, TinyModels.ADAM, step);
        module.loss(batch, 0, 1);
      }
      assertThat(module.nativeResources()).isEqualTo(resources);
    }
  }

  private static DecoderModule module(ModelSpec model) {
    DecoderModule module = new DecoderModule(model, 1);
    module.parameters().copyFrom(TinyModels.parameters(model, 1));
    return module;
  }

  private static double lossAt(
      StrictEvaluator strict,
      TokenBatch batch,
      MemorySegment target,
      float[] start,
      float[] direction,
      double stride) {
    for (int i = 0; i < start.length; i++) {
      target.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) (start[i] + stride * direction[i]));
    }
    return strict.lossNanoNats(target, batch).orElseThrow() / 1e9;
  }

  private static float[] floats(MemorySegment segment) {
    return segment.toArray(ValueLayout.JAVA_FLOAT);
  }

  private static float[] scaled(float[] values, float factor) {
    float[] scaled = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      scaled[i] = values[i] * factor;
    }
    return scaled;
  }

  private static double norm(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }
}
