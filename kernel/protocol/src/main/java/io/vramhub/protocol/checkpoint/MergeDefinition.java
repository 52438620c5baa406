package io.vramhub.protocol.checkpoint;

import io.vramhub.api.model.NetworkParameters;
import io.vramhub.numerics.sparse.FixedPointAccumulator;
import io.vramhub.protocol.payload.SparseGradient;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/**
 * What a merge is, written for reading: one long per parameter, one gradient after the other.
 * {@link Merge} gives the same bytes with a chunk in memory and any number of threads.
 */
public final class MergeDefinition {
  private static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private MergeDefinition() {}

  /** As {@link Merge#apply}, for models of less than 2^31 parameters. */
  public static void apply(
      MemorySegment base,
      List<SparseGradient> topG,
      NetworkParameters.Model model,
      MemorySegment target) {
    int parameters = Math.toIntExact(model.spec().parameters());
    long[] sums = new long[parameters];
    double[] factors =
        topG.isEmpty() ? new double[0] : GradientClip.factors(topG, model.maxShareNanos());
    for (int i = 0; i < factors.length; i++) {
      double factor = factors[i];
      topG.get(i)
          .forEach(
              (index, value) -> sums[(int) index] += FixedPointAccumulator.units(value, factor));
    }
    double step = step(model, topG.size());
    for (int i = 0; i < parameters; i++) {
      float weight = base.get(F32, (long) i * Float.BYTES);
      target.set(F32, (long) i * Float.BYTES, FixedPointAccumulator.stepped(weight, sums[i], step));
    }
  }

  /**
   * What one unit of a sum takes off a weight: {@code ((outer_rate / 1e9) / G) / 2^38}, in binary64
   * in this order. With no gradient there is no sum to scale.
   */
  static double step(NetworkParameters.Model model, int gradients) {
    return model.outerRateNanos() / 1e9 / Math.max(1, gradients) / FixedPointAccumulator.UNITS;
  }
}
