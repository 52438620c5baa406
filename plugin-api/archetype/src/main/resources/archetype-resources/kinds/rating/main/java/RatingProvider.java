package ${package};

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.spi.PluginContext;
import io.vramhub.api.spi.RatingAlgorithm;
import reactor.core.publisher.Mono;

/** Opens {@code rating.use = "${artifactId}"}. It takes no settings. */
public final class RatingProvider implements RatingAlgorithm.Provider {
  @Override
  public String name() {
    return "${artifactId}";
  }

  @Override
  public Mono<RatingAlgorithm> open(PluginContext context) {
    return Mono.fromCallable(
        () -> {
          if (!context.settings().isEmpty()) {
            throw new HubException(
                ErrorCode.CONFIG_INVALID,
                "rating '${artifactId}' takes no settings: remove "
                    + context.settings().root().keySet());
          }
          return new PlaceRating();
        });
  }
}
