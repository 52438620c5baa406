package io.vramhub.api.spi;

import com.typesafe.config.Config;
import io.vramhub.api.ApiVersion;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import java.nio.file.Path;
import java.time.Clock;
import reactor.core.scheduler.Scheduler;

/** What the host offers a plugin. Grows by default methods only. */
public interface PluginContext {
  String pluginId();

  ApiVersion apiVersion();

  /** The plugin's own subtree of the configuration, for example {@code storage.local}. */
  Config settings();

  /** A directory of the plugin's own, present and writable. */
  Path dataDirectory();

  /** For I/O and native calls; bounded, owned and disposed by the host. */
  Scheduler blocking();

  /** For delays and timeouts; virtual in simulations. */
  Scheduler timer();

  /** The node's clock, for what must be stamped. Never consensus: that is chain time. */
  Clock clock();

  /**
   * The chain and storage of the node, to read. Present for a {@link NodeService}; for every other
   * kind it signals {@code NOT_SUPPORTED}, because those are what it is made of.
   */
  default NodeView node() {
    throw new HubException(
        ErrorCode.NOT_SUPPORTED, "plugin " + pluginId() + ": only node services see the node");
  }
}
