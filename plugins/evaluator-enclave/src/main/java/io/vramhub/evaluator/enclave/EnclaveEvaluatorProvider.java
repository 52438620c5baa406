package io.vramhub.evaluator.enclave;

import io.vramhub.api.spi.LossEvaluator;
import io.vramhub.api.spi.PluginContext;
import reactor.core.publisher.Mono;

/** Opens clients of attested enclaves: {@code evaluator.use = "enclave"}. */
public final class EnclaveEvaluatorProvider implements LossEvaluator.Provider {
  @Override
  public String name() {
    return "enclave";
  }

  @Override
  public Mono<LossEvaluator> open(PluginContext context) {
    return Mono.fromCallable(
        () ->
            new EnclaveClient(EnclaveClientSettings.from(context.settings()), context.blocking()));
  }
}
