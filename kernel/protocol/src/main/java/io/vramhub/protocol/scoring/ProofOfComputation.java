package io.vramhub.protocol.scoring;

import io.vramhub.api.model.NanoNats;
import io.vramhub.api.model.NetworkParameters;

/**
 * The proof-of-computation average (protocol section 7): an exponential moving average of {@code
 * sign(assigned gain - held-out gain)}. Whoever trained on its assigned pages gains more on them
 * than elsewhere; whoever copied gains the same on both. It starts at 0, moves only in windows in
 * which the gradient was measured, and a miner below the threshold is not eligible.
 *
 * <p><b>Choosing the threshold.</b> Both gains are means over a few pages (8 and 8 by default), so
 * for one window the sign is close to a coin toss that honest work only biases. Two facts bound
 * what the average can tell:
 *
 * <ul>
 *   <li>For a fair coin, Hoeffding's inequality bounds the chance to lie below {@code -t} in a
 *       given window by {@code exp(-t^2 (1 + d) / (2 (1 - d)))} for the decay {@code d}, from the
 *       first window on, since the average starts at 0. For {@code t = 0.5}: 9 % at d = 0.9, 0.8 %
 *       at 0.95, 4e-6 at 0.98.
 *   <li>All miners of a window share its held-out pages. If those happen to be easier than the
 *       train pages, every miner's sign is negative at once, and a held-out split of another style
 *       can keep it so. An honest field may then average anything down to -1.
 * </ul>
 *
 * <p>So a threshold near or above zero may only be set where the pages are many enough that honest
 * averages are <em>known</em> to lie well above it; a network that has not measured this must not
 * exclude honest work on noise. {@link #DEFAULT_DECAY_NANOS} and {@link #DEFAULT_THRESHOLD_NANOS}
 * are chosen for the network that has not: the average must fall below -0.9, which from 0 takes at
 * least 114 measured windows without a single positive sign and cannot happen to a fair coin (2e-18
 * per window). With them the test catches only the persistent case, and what denies a copier its
 * pay is elsewhere: an equal payload is a DUPLICATE, payloads are sealed until the deadline, and a
 * stale copy gains less than fresh work and so is ranked below it window after window, which sinks
 * its conservative skill below zero.
 */
public final class ProofOfComputation {
  /** Weight of the past for a network that has not measured its honest averages. */
  public static final long DEFAULT_DECAY_NANOS = 980_000_000L;

  /** The threshold for a network that has not measured its honest averages. */
  public static final long DEFAULT_THRESHOLD_NANOS = -900_000_000L;

  private static final long ONE = 1_000_000_000L;

  private ProofOfComputation() {}

  /**
   * The average after one more measured window: {@code d * average + (1 - d) * sign}, rounded
   * toward zero.
   */
  public static long updated(
      NetworkParameters.Scoring parameters,
      long averageNanos,
      NanoNats assignedGain,
      NanoNats heldoutGain) {
    long decay = parameters.proofDecayNanos();
    long sign = assignedGain.compareTo(heldoutGain);
    return (decay * averageNanos + (ONE - decay) * Long.signum(sign) * ONE) / ONE;
  }

  /** Whether a miner with this average may earn. */
  public static boolean holds(NetworkParameters.Scoring parameters, long averageNanos) {
    return averageNanos >= parameters.proofThresholdNanos();
  }
}
