package io.vramhub.protocol.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.quicktheories.QuickTheory.qt;
import static org.quicktheories.generators.SourceDSL.integers;
import static org.quicktheories.generators.SourceDSL.longs;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.TokenBatch;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StrictEvaluatorTest {
  private static final ModelSpec SMALL =
      new ModelSpec(50, 2, 24, 4, 2, 40, 16, 10_000, 10_000, true);

  @Test
  void equalsTheDefinitionOnEveryBit() {
    qt().withFixedSeed(20261101)
        .withExamples(60)
        .forAll(longs().all(), integers().between(1, 4), integers().between(1, 5))
        .check(
            (seed, threads, sequences) -> {
              Random random = new Random(seed);
              ModelSpec spec = RandomModels.spec(random);
              MemorySegment parameters = RandomModels.parameters(spec, random);
              int length = 2 + random.nextInt(spec.context());
              TokenBatch batch = RandomModels.batch(spec, sequences, length, random);
              try (StrictEvaluator evaluator = new StrictEvaluator(spec, threads)) {
                return evaluator
                    .lossNanoNats(parameters, batch)
                    .equals(new ReferenceEvaluator(spec).lossNanoNats(parameters, batch));
              }
            });
  }

  @Test
  void partsAndThreadsDoNotChangeABit() {
    Random random = new Random(5);
    MemorySegment parameters = RandomModels.parameters(SMALL, random);
    TokenBatch batch = RandomModels.batch(SMALL, 31, 17, random); // 496 rows, six parts
    long expected = new ReferenceEvaluator(SMALL).lossNanoNats(parameters, batch).orElseThrow();
    for (int threads = 1; threads <= 5; threads++) {
      try (StrictEvaluator evaluator = new StrictEvaluator(SMALL, threads)) {
        assertThat(evaluator.lossNanoNats(parameters, batch)).hasValue(expected);
      }
    }
  }

  @Test
  void buffersOfALargerBatchDoNotLeakIntoASmallerOne() {
    Random random = new Random(6);
    MemorySegment parameters = RandomModels.parameters(SMALL, random);
    MemorySegment others = RandomModels.parameters(SMALL, random);
    TokenBatch small = RandomModels.batch(SMALL, 1, 5, random);
    TokenBatch large = RandomModels.batch(SMALL, 9, 17, random);
    try (StrictEvaluator evaluator = new StrictEvaluator(SMALL, 2)) {
      long fresh = evaluator.lossNanoNats(parameters, small).orElseThrow();
      evaluator.lossNanoNats(others, large);
      assertThat(evaluator.lossNanoNats(parameters, small)).hasValue(fresh);
    }
  }

  @Test
  void aLossThatIsNotFiniteIsEmpty() {
    Random random = new Random(7);
    TokenBatch batch = RandomModels.batch(SMALL, 2, 9, random);
    for (float poison :
        new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 3e38f}) {
      MemorySegment parameters = RandomModels.parameters(SMALL, random);
      long head = (long) batch.tokens()[1] * SMALL.width() * Float.BYTES;
      for (int i = 0; i < SMALL.width(); i++) {
        parameters.set(ParameterLayout.FLOAT, head + (long) i * Float.BYTES, poison);
      }
      try (StrictEvaluator evaluator = new StrictEvaluator(SMALL, 1)) {
        assertThat(evaluator.lossNanoNats(parameters, batch)).isEmpty();
      }
      assertThat(new ReferenceEvaluator(SMALL).lossNanoNats(parameters, batch)).isEmpty();
    }
  }

  @Test
  void equalLogitsLoseTheLogarithmOfTheVocabulary() {
    MemorySegment zeros = MemorySegment.ofArray(new float[(int) SMALL.parameters()]);
    TokenBatch batch = RandomModels.batch(SMALL, 3, 9, new Random(8));
    try (StrictEvaluator evaluator = new StrictEvaluator(SMALL, 1)) {
      assertThat(evaluator.lossNanoNats(zeros, batch))
          .hasValue(Math.round(StrictMath.log(50) * 1e9));
    }
  }

  @Test
  void refusesWhatIsNotOfItsModel() {
    MemorySegment parameters = RandomModels.parameters(SMALL, new Random(9));
    try (StrictEvaluator evaluator = new StrictEvaluator(SMALL, 1)) {
      assertThatThrownBy(
              () ->
                  evaluator.lossNanoNats(
                      parameters.asSlice(4), new TokenBatch(1, 2, new int[] {0, 0})))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("bytes of parameters");
      assertThatThrownBy(
              () -> evaluator.lossNanoNats(parameters, new TokenBatch(1, 18, new int[18])))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("context of 16");
      assertThatThrownBy(
              () -> evaluator.lossNanoNats(parameters, new TokenBatch(1, 2, new int[] {0, 50})))
          .isInstanceOfSatisfying(
              HubException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DATASET_INVALID));
    }
    assertThatThrownBy(() -> new StrictEvaluator(SMALL, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
