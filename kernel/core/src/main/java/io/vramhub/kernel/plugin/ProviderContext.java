package io.vramhub.kernel.plugin;

import com.typesafe.config.Config;
import io.vramhub.api.ApiVersion;
import io.vramhub.api.spi.NodeView;
import io.vramhub.api.spi.PluginContext;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import reactor.core.scheduler.Scheduler;

/** What the host hands to a provider that opens a service. */
record ProviderContext(
    String pluginId,
    ApiVersion apiVersion,
    Config settings,
    Path dataDirectory,
    Scheduler blocking,
    Scheduler timer,
    Clock clock,
    Optional<NodeView> view)
    implements PluginContext {

  @Override
  public NodeView node() {
    return view.orElseGet(PluginContext.super::node);
  }
}
