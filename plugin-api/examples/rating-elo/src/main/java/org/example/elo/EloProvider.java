package org.example.elo;

import io.vramhub.api.spi.PluginContext;
import io.vramhub.api.spi.RatingAlgorithm;
import reactor.core.publisher.Mono;

/** Opens {@code rating.use = "elo"}. */
public final class EloProvider implements RatingAlgorithm.Provider {
  @Override
  public String name() {
    return "elo";
  }

  @Override
  public Mono<RatingAlgorithm> open(PluginContext context) {
    return Mono.fromCallable(() -> new EloRating(EloSettings.read(context.settings())));
  }
}
