package io.vramhub.protocol.scoring;

import io.vramhub.api.model.NanoNats;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.Verdict;

/**
 * Whether a miner may earn and be merged this window (protocol section 7): its gradient was
 * accepted, gained more than the floor on the held-out pages, and its proof-of-computation average
 * is not below the threshold.
 *
 * <p><b>Choosing the floor.</b> A random direction of length {@code |x|} in D dimensions changes
 * the loss by about {@code |g| |x| / sqrt(D)}, either way, where a useful one gains {@code |g| |x|}
 * times its cosine: at a million parameters a thousandth of the slope against a tenth or more. So
 * luck gains about 1 % of what work gains, before curvature takes it away again. A floor a little
 * above that (1e-3 nats where honest windows gain a few 1e-2) keeps lucky noise out of the merge.
 * Pay is guarded twice: noise that slips over the floor is still ranked below every honest gain,
 * and a miner ranked last has a conservative skill below zero after its first window.
 */
public final class Eligibility {
  private Eligibility() {}

  /** Whether it may, with the average after this window. */
  public static boolean holds(
      NetworkParameters.Scoring parameters,
      Verdict verdict,
      NanoNats heldoutGain,
      long proofNanos) {
    return verdict == Verdict.ACCEPTED
        && heldoutGain.compareTo(NanoNats.ZERO) > 0
        && heldoutGain.compareTo(parameters.gainFloor()) > 0
        && ProofOfComputation.holds(parameters, proofNanos);
  }
}
