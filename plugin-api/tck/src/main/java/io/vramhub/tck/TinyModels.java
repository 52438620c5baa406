package io.vramhub.tck;

import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.TensorSpec;
import io.vramhub.api.model.TokenBatch;
import io.vramhub.api.model.TrainingPlan.AdamW;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Small models, parameters and batches, all from fixed seeds. */
public final class TinyModels {
  /** Grouped queries and a tied head. */
  public static final ModelSpec TIED = new ModelSpec(64, 2, 32, 4, 2, 48, 16, 10_000, 10_000, true);

  /** One key head for each query head, and a head of its own. */
  public static final ModelSpec UNTIED =
      new ModelSpec(50, 1, 24, 2, 2, 40, 20, 500_000, 1_000, false);

  public static final AdamW ADAM = new AdamW(3e-3f, 0.9f, 0.95f, 1e-8f, 0.1f, 1);

  private TinyModels() {}

  /** Normal with deviation 0.1; norm weights around 1. Large enough that every part matters. */
  public static MemorySegment parameters(ModelSpec model, long seed) {
    Random random = new Random(seed);
    MemorySegment parameters = empty(model);
    long index = 0;
    for (TensorSpec tensor : model.tensors()) {
      double mean = tensor.shape().size() == 1 ? 1 : 0;
      for (int i = 0; i < tensor.elements(); i++) {
        float value = (float) (mean + 0.1 * random.nextGaussian());
        parameters.setAtIndex(ValueLayout.JAVA_FLOAT, index++, value);
      }
    }
    return parameters;
  }

  /** A segment for the parameters of the model, all zero. */
  public static MemorySegment empty(ModelSpec model) {
    return Arena.ofAuto().allocate(model.parameters() * Float.BYTES, 64);
  }

  /** Batches of random tokens, as long as the model's context. */
  public static List<TokenBatch> batches(ModelSpec model, int count, int sequences, long seed) {
    Random random = new Random(seed);
    List<TokenBatch> batches = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int[] tokens =
          random.ints((long) sequences * model.context(), 0, model.vocabulary()).toArray();
      batches.add(new TokenBatch(sequences, model.context(), tokens));
    }
    return batches;
  }
}
