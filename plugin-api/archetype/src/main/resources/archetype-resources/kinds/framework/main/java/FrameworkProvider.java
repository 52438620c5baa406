package ${package};

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.spi.PluginContext;
import io.vramhub.api.spi.TrainingFramework;
import reactor.core.publisher.Mono;

/** Opens {@code framework.use = "${artifactId}"}. It takes no settings. */
public final class FrameworkProvider implements TrainingFramework.Provider {
  @Override
  public String name() {
    return "${artifactId}";
  }

  @Override
  public Mono<TrainingFramework> open(PluginContext context) {
    return Mono.fromCallable(
        () -> {
          if (!context.settings().isEmpty()) {
            throw new HubException(
                ErrorCode.CONFIG_INVALID,
                "framework '${artifactId}' takes no settings: remove "
                    + context.settings().root().keySet());
          }
          return new JavaFramework(context.blocking());
        });
  }
}
