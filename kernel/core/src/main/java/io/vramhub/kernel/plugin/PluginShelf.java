package io.vramhub.kernel.plugin;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.spi.HubService;
import io.vramhub.api.spi.ServiceProvider;
import io.vramhub.kernel.NearestName;
import io.vramhub.packaging.ServiceKinds;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The newest usable generation of each plugin, from which slots are filled. */
final class PluginShelf {
  private final SortedMap<String, PluginGeneration> generations = new TreeMap<>();

  /** A provider with the generation it belongs to. */
  record Offer<T extends HubService>(PluginGeneration generation, ServiceProvider<T> provider) {}

  synchronized List<PluginGeneration> generations() {
    return List.copyOf(generations.values());
  }

  synchronized Optional<PluginGeneration> generation(String pluginId) {
    return Optional.ofNullable(generations.get(pluginId));
  }

  /** Puts a generation in the place of an older one, and answers that one. */
  synchronized Optional<PluginGeneration> put(PluginGeneration generation) {
    return Optional.ofNullable(generations.put(generation.jar().id(), generation));
  }

  synchronized Optional<PluginGeneration> remove(String pluginId) {
    return Optional.ofNullable(generations.remove(pluginId));
  }

  /**
   * The provider an operator named.
   *
   * @throws HubException {@code PLUGIN_INVALID} that names the nearest known one, or all that
   *     answer to the name
   */
  <T extends HubService> Offer<T> find(Class<? extends ServiceProvider<T>> kind, String name) {
    List<Offer<T>> offers =
        generations().stream().flatMap(generation -> offers(generation, kind).stream()).toList();
    List<Offer<T>> named =
        offers.stream().filter(offer -> offer.provider().name().equals(name)).toList();
    if (named.size() > 1) {
      throw new HubException(
          ErrorCode.PLUGIN_INVALID,
          "several plugins provide "
              + ServiceKinds.nameOf(kind)
              + " '"
              + name
              + "': "
              + named.stream().map(offer -> offer.generation().jar().id()).toList()
              + ". Remove all but one");
    }
    if (named.isEmpty()) {
      List<String> names = offers.stream().map(offer -> offer.provider().name()).toList();
      throw new HubException(
          ErrorCode.PLUGIN_INVALID,
          "no plugin provides "
              + ServiceKinds.nameOf(kind)
              + " '"
              + name
              + "'"
              + NearestName.of(name, names)
                  .map(nearest -> ". Did you mean '" + nearest + "'?")
                  .orElse(names.isEmpty() ? "" : ". Known are " + names));
    }
    return named.getFirst();
  }

  /** What one generation offers of a kind. */
  static <T extends HubService> List<Offer<T>> offers(
      PluginGeneration generation, Class<? extends ServiceProvider<T>> kind) {
    return generation.providers().stream()
        .filter(kind::isInstance)
        .<ServiceProvider<T>>map(kind::cast)
        .map(provider -> new Offer<>(generation, provider))
        .toList();
  }
}
