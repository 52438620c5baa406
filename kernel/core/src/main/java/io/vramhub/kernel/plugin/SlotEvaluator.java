package io.vramhub.kernel.plugin;

import io.vramhub.api.model.Attestation;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.EvaluationRequest;
import io.vramhub.api.model.SignedScoreReport;
import io.vramhub.api.spi.LossEvaluator;
import reactor.core.publisher.Mono;

/** The door to a validator's enclave, whichever plugin provides it at the moment. */
record SlotEvaluator(HostSlot<LossEvaluator> slot) implements LossEvaluator {
  @Override
  public Mono<Attestation> attest(Bytes nonce) {
    return slot.call("attest", evaluator -> evaluator.attest(nonce));
  }

  @Override
  public Mono<Void> loadCheckpoint(BlobSource file) {
    return slot.call("loadCheckpoint", evaluator -> evaluator.loadCheckpoint(file));
  }

  @Override
  public Mono<SignedScoreReport> evaluate(EvaluationRequest request) {
    return slot.call("evaluate", evaluator -> evaluator.evaluate(request));
  }

  @Override
  public Mono<Void> close() {
    return slot.vacate();
  }
}
