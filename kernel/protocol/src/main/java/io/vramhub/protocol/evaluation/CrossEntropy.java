package io.vramhub.protocol.evaluation;

import java.util.OptionalLong;

/** How logits become a loss in nano-nats (protocol section 9), in binary64. */
final class CrossEntropy {
  /** Means beyond this many nats count as not finite, so that a difference of two fits a long. */
  private static final double GREATEST_MEAN = 1e9;

  private static final double NANOS = 1e9;

  private CrossEntropy() {}

  /**
   * Nats of one prediction.
   *
   * @param max the greatest logit
   * @param sum the sum of {@code exp(logit - max)} over the vocabulary
   * @param target the logit of the token that came
   */
  static double nats(float max, double sum, float target) {
    return StrictMath.log(sum) + ((double) max - (double) target);
  }

  /** The mean of the summed nats in nano-nats, empty if it is not finite. */
  static OptionalLong meanNanoNats(double total, int predictions) {
    double mean = total / predictions;
    return Math.abs(mean) <= GREATEST_MEAN
        ? OptionalLong.of((long) Math.rint(mean * NANOS))
        : OptionalLong.empty();
  }
}
