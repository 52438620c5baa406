package io.vramhub.node;

import io.vramhub.api.spi.NodeService;
import io.vramhub.api.spi.NodeView;
import io.vramhub.kernel.plugin.PluginHost;
import io.vramhub.kernel.plugin.Slot;
import io.vramhub.node.http.ServiceServer;
import io.vramhub.node.settings.ServiceSettings;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Opens the guests of a node, and lets each answer at its address until closed. */
final class Guests implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final PluginHost plugins;
  private final DataDirectory data;
  private final NodeView view;
  private final List<ServiceServer> servers = new ArrayList<>();

  /**
   * No guest yet.
   *
   * @param plugins closes the guests themselves
   * @param view what they see
   */
  Guests(PluginHost plugins, DataDirectory data, NodeView view) {
    this.plugins = plugins;
    this.data = data;
    this.view = view;
  }

  /** Opens a guest; answers where it is. */
  synchronized URI serve(ServiceSettings settings) {
    Slot<NodeService> slot =
        new Slot<>(
            settings.slotName(),
            NodeService.Provider.class,
            settings.slot().use(),
            settings.slot().settings(),
            data.plugin(settings.slotName()),
            Optional.of(view));
    NodeService service = Waiting.await(plugins.nodeService(slot), PATIENCE);
    ServiceServer server =
        ServiceServer.start(slot.name(), settings.listen(), settings.clients(), service);
    servers.add(server);
    return server.address();
  }

  @Override
  public synchronized void close() {
    servers.reversed().forEach(ServiceServer::close);
    servers.clear();
  }
}
