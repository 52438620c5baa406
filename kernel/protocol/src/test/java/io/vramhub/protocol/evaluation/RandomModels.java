package io.vramhub.protocol.evaluation;

import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.TensorSpec;
import io.vramhub.api.model.TokenBatch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;

/** Seeded models, parameters and batches for tests. */
final class RandomModels {
  private RandomModels() {}

  /** A model of odd shapes, few enough parameters for the scalar definition. */
  static ModelSpec spec(Random random) {
    int keyValueHeads = 1 + random.nextInt(3);
    int heads = keyValueHeads * (1 + random.nextInt(3));
    return new ModelSpec(
        2 + random.nextInt(90),
        1 + random.nextInt(3),
        heads * 2 * (1 + random.nextInt(5)),
        heads,
        keyValueHeads,
        1 + random.nextInt(70),
        2 + random.nextInt(30),
        10_000,
        10_000,
        random.nextBoolean());
  }

  /** Parameters spread widely enough that losses differ in every digit. */
  static MemorySegment parameters(ModelSpec spec, Random random) {
    MemorySegment parameters = Arena.ofAuto().allocate(spec.parameters() * Float.BYTES);
    long at = 0;
    for (TensorSpec tensor : spec.tensors()) {
      boolean norm = tensor.name().endsWith("norm.weight");
      for (int i = 0; i < tensor.elements(); i++) {
        double value = norm ? 1 + random.nextGaussian() / 10 : random.nextGaussian() / 3;
        parameters.set(ParameterLayout.FLOAT, at, (float) value);
        at += Float.BYTES;
      }
    }
    return parameters;
  }

  static TokenBatch batch(ModelSpec spec, int sequences, int length, Random random) {
    int[] tokens = random.ints((long) sequences * length, 0, spec.vocabulary()).toArray();
    return new TokenBatch(sequences, length, tokens);
  }
}
