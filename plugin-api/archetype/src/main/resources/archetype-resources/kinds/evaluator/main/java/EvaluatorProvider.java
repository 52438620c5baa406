package ${package};

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.spi.LossEvaluator;
import io.vramhub.api.spi.PluginContext;
import reactor.core.publisher.Mono;

/** Opens {@code evaluator.use = "${artifactId}"}. It takes no settings. */
public final class EvaluatorProvider implements LossEvaluator.Provider {
  @Override
  public String name() {
    return "${artifactId}";
  }

  @Override
  public Mono<LossEvaluator> open(PluginContext context) {
    return Mono.fromCallable(
        () -> {
          if (!context.settings().isEmpty()) {
            throw new HubException(
                ErrorCode.CONFIG_INVALID,
                "evaluator '${artifactId}' takes no settings: remove "
                    + context.settings().root().keySet());
          }
          return new UnattestedEvaluator(context.blocking(), context.clock());
        });
  }
}
