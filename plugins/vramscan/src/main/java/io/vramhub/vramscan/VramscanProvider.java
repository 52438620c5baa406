package io.vramhub.vramscan;

import io.vramhub.api.spi.NodeService;
import io.vramhub.api.spi.PluginContext;
import reactor.core.publisher.Mono;

/**
 * Opens {@code use = "vramscan"} of a node's services: the explorer of the node's network. Its
 * settings, all optional: {@code database} (a JDBC URL of H2 or PostgreSQL; a file in the plugin's
 * directory), {@code user}, {@code password-file}, {@code connections} and {@code rebuild}.
 */
public final class VramscanProvider implements NodeService.Provider {
  @Override
  public String name() {
    return "vramscan";
  }

  @Override
  public Mono<NodeService> open(PluginContext context) {
    return Uninterrupted.on(
        context.blocking(),
        () ->
            Vramscan.open(
                VramscanSettings.read(context.settings(), context.dataDirectory()), context));
  }
}
