package io.vramhub.enclave;

import io.vramhub.api.model.Digest;
import io.vramhub.api.model.EvaluationRequest;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.SignedScoreReport;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.WindowId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps the enclave from signing two different messages for one (network, validator, window)
 * (attacks 18): it remembers the newest window signed for each validator, answers the same request
 * with the same signed report, and refuses another request for that window and every older window.
 * A host can therefore not try several selections of miners and keep the one it likes.
 *
 * <p>Limits. The memory is that of the process: after a restart the enclave has another key, which
 * the chain admits only as a new epoch. Two enclaves of one validator do not know of each other;
 * the chain takes one report for each (window, validator) from the one key that is registered.
 *
 * <p>Not thread-safe: the caller holds the permit for the one evaluation that runs.
 */
final class SigningGuard {
  /** The most validators one enclave serves before it is restarted. */
  static final int MAXIMUM_VALIDATORS = 256;

  private record Role(NetworkId network, ValidatorUid validator) {}

  private record Signed(WindowId window, Digest request, SignedScoreReport scores) {}

  private final Map<Role, Signed> newest = new HashMap<>();

  /**
   * What was signed for this very request before; empty if the request may be evaluated and signed.
   *
   * @param digest identifies the request, all its bytes
   */
  Optional<SignedScoreReport> check(EvaluationRequest request, Digest digest)
      throws RefusedRequestException {
    Signed signed = newest.get(role(request));
    if (signed == null) {
      if (newest.size() >= MAXIMUM_VALIDATORS) {
        throw new RefusedRequestException(
            RefusedRequestException.CONFLICT,
            "This enclave already serves "
                + MAXIMUM_VALIDATORS
                + " validators, more than it can guard. Start one for this validator.");
      }
      return Optional.empty();
    }
    int order = request.window().compareTo(signed.window());
    if (order > 0) {
      return Optional.empty();
    }
    if (order == 0 && digest.equals(signed.request())) {
      return Optional.of(signed.scores());
    }
    throw new RefusedRequestException(
        RefusedRequestException.CONFLICT,
        "This enclave has signed window "
            + signed.window()
            + " for validator "
            + request.validator()
            + " and signs no other message for window "
            + request.window()
            + ". Submit the report it gave, or go on with the next window.");
  }

  /** Remembers what is about to leave the enclave. */
  void remember(EvaluationRequest request, Digest digest, SignedScoreReport scores) {
    newest.put(role(request), new Signed(request.window(), digest, scores));
  }

  private static Role role(EvaluationRequest request) {
    return new Role(request.network(), request.validator());
  }
}
