package io.vramhub.kernel.pipeline.adversary;

import io.vramhub.api.model.Bytes;
import io.vramhub.kernel.pipeline.GradientStrategy;
import io.vramhub.kernel.pipeline.MinerWindow;
import reactor.core.publisher.Mono;

/** Trains honestly and offers the opposite direction; its own residual stays honest. */
final class SignFlip implements GradientStrategy {
  @Override
  public Mono<Bytes> offer(MinerWindow window) {
    return window
        .train()
        .flatMap(
            accumulated ->
                window
                    .encode(FlatValues.negate(accumulated))
                    .doOnNext(encoded -> FlatValues.negate(accumulated)))
        .flatMap(window::seal);
  }
}
