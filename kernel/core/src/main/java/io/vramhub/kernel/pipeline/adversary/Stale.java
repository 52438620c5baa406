package io.vramhub.kernel.pipeline.adversary;

import io.vramhub.api.model.Bytes;
import io.vramhub.kernel.pipeline.GradientStrategy;
import io.vramhub.kernel.pipeline.MinerWindow;
import io.vramhub.protocol.payload.EncodedGradient;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import reactor.core.publisher.Mono;

/**
 * Trains once and offers that gradient again in every later window, with a fresh header and seal.
 */
final class Stale implements GradientStrategy {
  private final AtomicReference<Optional<EncodedGradient>> old =
      new AtomicReference<>(Optional.empty());

  @Override
  public Mono<Bytes> offer(MinerWindow window) {
    return Mono.defer(() -> old.get().map(Mono::just).orElseGet(() -> honest(window)))
        .flatMap(window::seal);
  }

  private Mono<EncodedGradient> honest(MinerWindow window) {
    return window
        .train()
        .flatMap(window::encode)
        .doOnNext(encoded -> old.set(Optional.of(encoded)));
  }
}
