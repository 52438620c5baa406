package ${package};

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.spi.ChainAdapter;
import io.vramhub.api.spi.PluginContext;
import reactor.core.publisher.Mono;

/** Opens {@code chain.use = "${artifactId}"}. It takes no settings. */
public final class ChainProvider implements ChainAdapter.Provider {
  @Override
  public String name() {
    return "${artifactId}";
  }

  @Override
  public Mono<ChainAdapter> open(PluginContext context) {
    return Mono.fromCallable(
        () -> {
          if (!context.settings().isEmpty()) {
            throw new HubException(
                ErrorCode.CONFIG_INVALID,
                "chain '${artifactId}' takes no settings: remove "
                    + context.settings().root().keySet());
          }
          return new MemoryChain(context.clock(), context.blocking());
        });
  }
}
