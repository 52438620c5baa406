package io.vramhub.protocol.checkpoint;

import io.vramhub.protocol.payload.SparseGradient;
import java.util.Arrays;
import java.util.List;

/**
 * How much of each gradient is merged (protocol section 8): its L2 norm is clipped to the median of
 * the set, then to {@code max_share} of the sum of the clipped norms.
 *
 * <p>The median of an even number is the lower of the two in the middle, so that half the set
 * cannot raise it. A share below one n-th cannot be met by n gradients; it is read as one n-th.
 * Norms are summed by ascending size: the order of the set cannot matter.
 */
final class GradientClip {
  private GradientClip() {}

  /** By which factor, in {@code 0..1}, each gradient is scaled; zero for one without values. */
  static double[] factors(List<SparseGradient> gradients, long maxShareNanos) {
    int count = gradients.size();
    double[] norms = new double[count];
    for (int i = 0; i < count; i++) {
      norms[i] = Math.sqrt(gradients.get(i).squaredNorm());
    }
    double[] sorted = norms.clone();
    Arrays.sort(sorted);
    double median = sorted[(count - 1) / 2];
    double sum = 0;
    for (double norm : sorted) {
      sum += Math.min(norm, median);
    }
    double share = Math.max(maxShareNanos / 1e9, 1.0 / count);
    double most = Math.min(median, share * sum);
    double[] factors = new double[count];
    for (int i = 0; i < count; i++) {
      factors[i] = norms[i] == 0 ? 0 : Math.min(1, most / norms[i]);
    }
    return factors;
  }
}
