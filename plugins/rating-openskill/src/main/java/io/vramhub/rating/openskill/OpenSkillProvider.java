package io.vramhub.rating.openskill;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.spi.PluginContext;
import io.vramhub.api.spi.RatingAlgorithm;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/**
 * Opens the rating named {@code openskill}. It takes no settings: the numbers are the protocol's.
 */
public final class OpenSkillProvider implements RatingAlgorithm.Provider {
  @Override
  public String name() {
    return "openskill";
  }

  @Override
  public Mono<RatingAlgorithm> open(PluginContext context) {
    return Mono.fromCallable(
        () -> {
          if (!context.settings().isEmpty()) {
            throw new HubException(
                ErrorCode.CONFIG_INVALID,
                "the rating 'openskill' takes no settings, but has "
                    + context.settings().root().keySet().stream()
                        .sorted()
                        .collect(Collectors.joining(", "))
                    + ": remove them");
          }
          return new OpenSkillRating();
        });
  }
}
