package io.vramhub.protocol.evaluation;

import static io.vramhub.protocol.evaluation.ParameterLayout.FLOAT;

import io.vramhub.protocol.payload.SparseGradient;
import java.lang.foreign.MemorySegment;

/**
 * The parameters one gradient would lead to (protocol section 6): {@code theta' = fma(-rate, value,
 * theta)} at each value of the gradient, in place, with {@code rate} the f32 nearest to the
 * network's evaluation rate. Closing it writes the saved values back, so that the parameters are
 * again what they were on every bit.
 */
final class TrialUpdate implements AutoCloseable {
  private final MemorySegment parameters;
  private final SparseGradient gradient;
  private final float[] saved;
  private int next;

  private TrialUpdate(MemorySegment parameters, SparseGradient gradient) {
    this.parameters = parameters;
    this.gradient = gradient;
    this.saved = new float[Math.toIntExact(gradient.count())];
  }

  static TrialUpdate apply(
      MemorySegment parameters, SparseGradient gradient, long evaluationRateNanos) {
    TrialUpdate update = new TrialUpdate(parameters, gradient);
    float rate = (float) (evaluationRateNanos / 1_000_000_000.0);
    gradient.forEach(
        (index, value) -> {
          long offset = index * Float.BYTES;
          float old = parameters.get(FLOAT, offset);
          update.saved[update.next++] = old;
          parameters.set(FLOAT, offset, Math.fma(-rate, value, old));
        });
    return update;
  }

  @Override
  public void close() {
    next = 0;
    gradient.forEach((index, value) -> parameters.set(FLOAT, index * Float.BYTES, saved[next++]));
  }
}
