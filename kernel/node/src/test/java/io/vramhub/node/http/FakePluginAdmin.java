package io.vramhub.node.http;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.WindowId;
import io.vramhub.node.settings.SlotSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A node with the slots {@code rating} and {@code storage}, whose windows the test opens. */
final class FakePluginAdmin implements PluginAdmin {
  final TreeMap<String, SlotSettings> filled = new TreeMap<>();
  final List<Optional<WindowId>> asked = new ArrayList<>();
  private final TreeMap<String, Sinks.One<AdminNote>> waiting = new TreeMap<>();

  @Override
  public PluginsReport report() {
    return new PluginsReport(
        List.of(
            new PluginsReport.Slot(
                "rating", "RatingAlgorithm", "openskill", "rating-openskill 1.0", Optional.empty()),
            new PluginsReport.Slot(
                "storage",
                "StorageBackend",
                "local",
                "storage-local 1.0",
                waiting.containsKey("storage") ? Optional.of("mine 2.0") : Optional.empty())),
        List.of(
            new PluginsReport.Plugin(
                "storage-local",
                "1.0",
                "ab".repeat(32),
                List.of(new PluginsReport.Provider("StorageBackend", "local")))),
        List.of("storage-old 0.9"));
  }

  @Override
  public Flux<AdminStep> scan() {
    return Flux.just(
        AdminStep.done(new AdminNote.Loaded("plugins/a.jar", "a 1.0")),
        AdminStep.done(new AdminNote.Refused("plugins/b.jar", "[UNSIGNED] b is not trusted")));
  }

  @Override
  public Mono<AdminStep> swap(String slot, SlotSettings filling, Optional<WindowId> notBefore) {
    return Mono.fromSupplier(
        () -> {
          if (filling.use().equals("broken")) {
            throw new HubException(ErrorCode.PLUGIN_INVALID, "no plugin provides 'broken'");
          }
          asked.add(notBefore);
          filled.put(slot, filling);
          Sinks.One<AdminNote> outcome = Sinks.one();
          waiting.put(slot, outcome);
          return new AdminStep(
              new AdminNote.Staged(List.of(slot), filling.use() + " 2.0"), outcome.asMono());
        });
  }

  /** The window opens in which the slot's swap takes effect. */
  void open(String slot, long window) {
    waiting
        .remove(slot)
        .tryEmitValue(
            new AdminNote.Swapped(
                List.of(slot),
                "old 1.0",
                filled.get(slot).use() + " 2.0",
                Optional.of(window),
                120))
        .orThrow();
  }

  /** The swap of the slot is given up. */
  void giveUp(String slot) {
    waiting
        .remove(slot)
        .tryEmitError(new HubException(ErrorCode.PLUGIN_FAILED, "it was overtaken"))
        .orThrow();
  }
}
