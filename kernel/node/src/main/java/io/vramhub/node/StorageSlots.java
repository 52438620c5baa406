package io.vramhub.node;

import io.vramhub.api.spi.StorageBackend;
import io.vramhub.kernel.NodeEvents;
import io.vramhub.kernel.mirror.Copy;
import io.vramhub.kernel.mirror.MirroredStorage;
import io.vramhub.kernel.plugin.PluginHost;
import io.vramhub.kernel.plugin.Slot;
import io.vramhub.node.settings.SlotSettings;
import io.vramhub.node.settings.StorageSettings;
import io.vramhub.node.settings.StorageSettings.CopySettings;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Fills the slots that a node's storage is made of: one, or one for each copy of a mirror. */
final class StorageSlots {
  private final PluginHost plugins;
  private final DataDirectory data;
  private final Scheduler timer;
  private final NodeEvents events;

  StorageSlots(PluginHost plugins, DataDirectory data, Scheduler timer, NodeEvents events) {
    this.plugins = plugins;
    this.data = data;
    this.timer = timer;
    this.events = events;
  }

  /** The storage, ready; each slot of it can be refilled by itself while the node runs. */
  Mono<StorageBackend> open(StorageSettings settings) {
    return switch (settings) {
      case StorageSettings.Single single -> fill(StorageSettings.SLOT, single.slot());
      case StorageSettings.Mirror mirror ->
          Flux.fromIterable(mirror.copies())
              .concatMap(this::copy)
              .collectList()
              .map(
                  copies ->
                      new MirroredStorage(copies, mirror.least(), mirror.patience(), timer, events))
              .flatMap(storage -> storage.ready().thenReturn(storage));
    };
  }

  private Mono<Copy> copy(CopySettings settings) {
    return fill(settings.slotName(), settings.slot())
        .map(storage -> new Copy(settings.name(), storage));
  }

  private Mono<StorageBackend> fill(String name, SlotSettings settings) {
    return plugins.storage(
        new Slot<>(
            name,
            StorageBackend.Provider.class,
            settings.use(),
            settings.settings(),
            data.plugin(name)));
  }
}
