package io.vramhub.kernel.plugin;

import io.vramhub.api.spi.ChainAdapter;
import io.vramhub.api.spi.CredentialSealer;
import io.vramhub.api.spi.LossEvaluator;
import io.vramhub.api.spi.NodeService;
import io.vramhub.api.spi.RatingAlgorithm;
import io.vramhub.api.spi.ServiceProvider;
import io.vramhub.api.spi.StorageBackend;
import io.vramhub.api.spi.TrainingFramework;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One generation of each plugin, as a window sees them from its beginning to its end. Immutable: a
 * swap makes another set.
 */
public final class PluginSet {
  /** Every kind of service a plugin may provide. */
  static final List<Class<? extends ServiceProvider<?>>> KINDS =
      List.of(
          ChainAdapter.Provider.class,
          CredentialSealer.Provider.class,
          LossEvaluator.Provider.class,
          NodeService.Provider.class,
          RatingAlgorithm.Provider.class,
          StorageBackend.Provider.class,
          TrainingFramework.Provider.class);

  private final SortedMap<String, PluginGeneration> generations;

  PluginSet(List<PluginGeneration> generations) {
    SortedMap<String, PluginGeneration> byId = new TreeMap<>();
    generations.forEach(generation -> byId.put(generation.jar().id(), generation));
    this.generations = Collections.unmodifiableSortedMap(byId);
  }

  /** The loaded plugins, by id. */
  public List<PluginInfo> list() {
    return generations.values().stream().map(PluginGeneration::info).toList();
  }

  List<PluginGeneration> generations() {
    return List.copyOf(generations.values());
  }

  /** Every provider of a kind with the generation it belongs to, by plugin id. */
  <P extends ServiceProvider<?>> List<Offer<P>> offers(Class<P> kind) {
    List<Offer<P>> offers = new ArrayList<>();
    for (PluginGeneration generation : generations.values()) {
      for (ServiceProvider<?> provider : generation.providers()) {
        if (kind.isInstance(provider)) {
          offers.add(new Offer<>(generation, kind.cast(provider)));
        }
      }
    }
    return offers;
  }

  /** The simple name an operator knows a kind by: {@code StorageBackend}. */
  static String nameOf(Class<?> kind) {
    Class<?> service = kind.getEnclosingClass();
    return (service == null ? kind : service).getSimpleName();
  }

  record Offer<P extends ServiceProvider<?>>(PluginGeneration generation, P provider) {}
}
