package io.vramhub.protocol.evaluation;

import io.vramhub.api.model.ModelSpec;

/**
 * Angles of the rotary position embedding. Pair {@code i} of a head turns by {@code position *
 * theta^(-2i / headSize)}, computed in binary64 with {@link StrictMath} and rounded to f32 once.
 *
 * <p>Rotate-half, as in Hugging Face Llama: component {@code i} is paired with {@code i +
 * headSize/2}.
 */
final class RotaryTable {
  private final int half;
  private final float[] cosines;
  private final float[] sines;

  RotaryTable(ModelSpec spec) {
    half = spec.headSize() / 2;
    cosines = new float[spec.context() * half];
    sines = new float[spec.context() * half];
    for (int i = 0; i < half; i++) {
      double frequency =
          StrictMath.pow((double) spec.ropeTheta(), -2.0 * i / (double) spec.headSize());
      for (int position = 0; position < spec.context(); position++) {
        double angle = position * frequency;
        cosines[position * half + i] = (float) StrictMath.cos(angle);
        sines[position * half + i] = (float) StrictMath.sin(angle);
      }
    }
  }

  /** Turns one head's vector in place; each product and sum rounds to f32 on its own. */
  void rotate(float[] vector, int offset, int position) {
    int table = position * half;
    for (int i = 0; i < half; i++) {
      float first = vector[offset + i];
      float second = vector[offset + half + i];
      float cosine = cosines[table + i];
      float sine = sines[table + i];
      vector[offset + i] = first * cosine - second * sine;
      vector[offset + half + i] = second * cosine + first * sine;
    }
  }
}
