package io.vramhub.node.http;

import java.util.List;
import java.util.Optional;

/**
 * The plugins of a running node at one moment.
 *
 * @param slots by name
 * @param plugins loaded, by id
 * @param uncollected unloaded plugins whose classes something still holds in memory
 */
public record PluginsReport(List<Slot> slots, List<Plugin> plugins, List<String> uncollected) {
  /**
   * A slot.
   *
   * @param kind simple name of the service, {@code StorageBackend}
   * @param use the provider that fills it
   * @param plugin id and version it comes from
   * @param waiting id and version of what takes over in a later window
   */
  public record Slot(
      String name, String kind, String use, String plugin, Optional<String> waiting) {}

  /**
   * A loaded plugin.
   *
   * @param sha256 of its jar
   * @param provides kind and name of each service
   */
  public record Plugin(String id, String version, String sha256, List<Provider> provides) {}

  /** A service a plugin can open, by kind and the name an operator writes. */
  public record Provider(String kind, String name) {}
}
