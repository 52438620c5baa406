package ${package};

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.spi.NodeService;
import io.vramhub.api.spi.PluginContext;
import reactor.core.publisher.Mono;

/** Opens {@code services.NAME.use = "${artifactId}"}. It takes no settings. */
public final class HeadServiceProvider implements NodeService.Provider {
  @Override
  public String name() {
    return "${artifactId}";
  }

  @Override
  public Mono<NodeService> open(PluginContext context) {
    return Mono.fromCallable(
        () -> {
          if (!context.settings().isEmpty()) {
            throw new HubException(
                ErrorCode.CONFIG_INVALID,
                "service '${artifactId}' takes no settings: remove "
                    + context.settings().root().keySet());
          }
          return new HeadService(context.node());
        });
  }
}
