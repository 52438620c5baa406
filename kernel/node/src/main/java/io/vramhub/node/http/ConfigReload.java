package io.vramhub.node.http;

import io.vramhub.node.settings.SettingsSnapshot;
import io.vramhub.node.settings.SlotSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Takes over a changed configuration file while the node runs. An invalid file changes nothing; a
 * slot that cannot be refilled keeps what fills it, and is tried again with the next reload.
 */
public final class ConfigReload {
  private final Supplier<SettingsSnapshot> file;
  private SettingsSnapshot inForce;

  /**
   * @param inForce the reading the node was started with
   * @param file reads it again; throws {@code SettingsException} if it is not valid
   */
  public ConfigReload(SettingsSnapshot inForce, Supplier<SettingsSnapshot> file) {
    this.inForce = inForce;
    this.file = file;
  }

  /** A plugin with the settings that the file, as it is now, holds for it. Blocks. */
  SlotSettings filling(String slot, String use) {
    return file.get().filling(slot, use);
  }

  /** Reads the file and refills the slots that changed in it, one step a finding. Blocks. */
  Flux<AdminStep> reload(PluginAdmin plugins) {
    return Flux.defer(
        () -> {
          SettingsSnapshot later = file.get();
          SettingsSnapshot.Change change = inForce().to(later);
          Set<String> known =
              plugins.report().slots().stream()
                  .map(PluginsReport.Slot::name)
                  .collect(Collectors.toSet());
          Set<String> failed = new TreeSet<>();
          List<Mono<AdminStep>> steps = new ArrayList<>();
          if (!change.fixed().isEmpty()) {
            steps.add(done(new AdminNote.NeedsRestart(change.fixed())));
          }
          change
              .refilled()
              .forEach(
                  (slot, filling) ->
                      steps.add(
                          known.contains(slot)
                              ? refill(plugins, slot, filling, failed)
                              : done(new AdminNote.NoSuchSlot(slot))));
          return Flux.concat(steps).doOnComplete(() -> takeOver(later, failed));
        });
  }

  private static Mono<AdminStep> done(AdminNote note) {
    return Mono.just(AdminStep.done(note));
  }

  private static Mono<AdminStep> refill(
      PluginAdmin plugins, String slot, SlotSettings filling, Set<String> failed) {
    return plugins
        .swap(slot, filling, Optional.empty())
        .onErrorResume(
            failure -> {
              failed.add(slot);
              return done(AdminStep.failed(failure));
            });
  }

  private synchronized SettingsSnapshot inForce() {
    return inForce;
  }

  /** What needs a restart stays as it was, so that the next reload names it again. */
  private synchronized void takeOver(SettingsSnapshot later, Set<String> failed) {
    inForce = inForce.withSlotsOf(later, failed);
  }
}
