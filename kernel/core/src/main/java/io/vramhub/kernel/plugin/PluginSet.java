package io.vramhub.kernel.plugin;

import io.vramhub.api.spi.HubService;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What fills each slot of a node, as a window sees it from its beginning to its end. Immutable: a
 * swap makes another set.
 */
final class PluginSet {
  static final PluginSet EMPTY = new PluginSet(new TreeMap<>());

  private final SortedMap<String, OpenService<?>> services;

  private PluginSet(SortedMap<String, OpenService<?>> services) {
    this.services = Collections.unmodifiableSortedMap(services);
  }

  /** The same set with these services in their slots. */
  PluginSet with(Collection<? extends OpenService<?>> others) {
    SortedMap<String, OpenService<?>> next = new TreeMap<>(services);
    others.forEach(service -> next.put(service.slot().name(), service));
    return new PluginSet(next);
  }

  /** The same set with the slot empty. */
  PluginSet without(String slot) {
    SortedMap<String, OpenService<?>> next = new TreeMap<>(services);
    next.remove(slot);
    return new PluginSet(next);
  }

  /** By slot name. */
  List<OpenService<?>> services() {
    return List.copyOf(services.values());
  }

  Optional<OpenService<?>> service(String slot) {
    return Optional.ofNullable(services.get(slot));
  }

  /** The service in the slot, if one of the slot's kind is there. */
  @SuppressWarnings("unchecked") // A service of a slot's kind is of the slot's type.
  <T extends HubService> Optional<OpenService<T>> service(Slot<T> slot) {
    return service(slot.name())
        .filter(found -> found.slot().kind() == slot.kind())
        .map(found -> (OpenService<T>) found);
  }

  /** The services that the given plugin provides. */
  List<OpenService<?>> of(String pluginId) {
    return services.values().stream()
        .filter(service -> service.generation().jar().id().equals(pluginId))
        .toList();
  }

  /** Leases every service, or none. */
  boolean tryAcquire() {
    List<OpenService<?>> acquired = new ArrayList<>();
    for (OpenService<?> service : services.values()) {
      if (!service.tryAcquire()) {
        acquired.forEach(OpenService::release);
        return false;
      }
      acquired.add(service);
    }
    return true;
  }

  void release() {
    services.values().forEach(OpenService::release);
  }
}
