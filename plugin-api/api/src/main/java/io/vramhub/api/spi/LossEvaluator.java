package io.vramhub.api.spi;

import io.vramhub.api.model.Attestation;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.EvaluationRequest;
import io.vramhub.api.model.SignedScoreReport;
import reactor.core.publisher.Mono;

/** The door to an attested enclave that measures gains and signs them. One per validator. */
public interface LossEvaluator extends HubService {
  /** The provider kind for the service files. */
  interface Provider extends ServiceProvider<LossEvaluator> {}

  /** A fresh document that binds the enclave's key and the nonce. */
  Mono<Attestation> attest(Bytes nonce);

  /** Hands over a checkpoint file; the enclave computes its root itself. Repeats are cheap. */
  Mono<Void> loadCheckpoint(BlobSource file);

  /**
   * Scores a window. The checkpoint with {@code baseRoot} must have been loaded. {@code
   * ENCLAVE_REFUSED}: a page or the checkpoint does not fit its root; {@code ENCLAVE_UNAVAILABLE}:
   * try again.
   */
  Mono<SignedScoreReport> evaluate(EvaluationRequest request);
}
