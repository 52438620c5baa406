package io.vramhub.kernel.plugin;

import com.typesafe.config.Config;
import io.vramhub.api.spi.HubService;
import io.vramhub.api.spi.NodeView;
import io.vramhub.api.spi.ServiceProvider;
import io.vramhub.packaging.ServiceKinds;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A place in a node that a plugin's service fills.
 *
 * @param name of the place, for example {@code storage} or {@code evaluator-1}
 * @param kind for example {@code StorageBackend.Provider.class}
 * @param use what the operator wrote: the name of a provider of that kind
 * @param settings the subtree of that provider alone
 * @param dataDirectory the service's own; created if it does not exist
 * @param node what the service may see of the node; only node services see anything
 * @param <T> the kind of service
 */
public record Slot<T extends HubService>(
    String name,
    Class<? extends ServiceProvider<T>> kind,
    String use,
    Config settings,
    Path dataDirectory,
    Optional<NodeView> node) {

  /** A slot for a service that the node is made of. */
  public Slot(
      String name,
      Class<? extends ServiceProvider<T>> kind,
      String use,
      Config settings,
      Path dataDirectory) {
    this(name, kind, use, settings, dataDirectory, Optional.empty());
  }

  /** The same place, filled by another provider or with other settings. */
  Slot<T> refilled(String otherUse, Config otherSettings) {
    return new Slot<>(name, kind, otherUse, otherSettings, dataDirectory, node);
  }

  /** The service in an operator's words: {@code StorageBackend 'local'}. */
  String description() {
    return ServiceKinds.nameOf(kind) + " '" + use + "'";
  }
}
