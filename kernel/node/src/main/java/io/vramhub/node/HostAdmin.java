package io.vramhub.node;

import io.vramhub.api.model.WindowId;
import io.vramhub.kernel.plugin.PluginChange;
import io.vramhub.kernel.plugin.PluginChange.StagedSwap;
import io.vramhub.kernel.plugin.PluginHost;
import io.vramhub.kernel.plugin.PluginInfo;
import io.vramhub.kernel.plugin.SlotInfo;
import io.vramhub.kernel.plugin.Swapped;
import io.vramhub.node.http.AdminNote;
import io.vramhub.node.http.AdminStep;
import io.vramhub.node.http.PluginAdmin;
import io.vramhub.node.http.PluginsReport;
import io.vramhub.node.settings.SlotSettings;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The plugin host as its operator sees it. */
final class HostAdmin implements PluginAdmin {
  private final PluginHost host;

  HostAdmin(PluginHost host) {
    this.host = host;
  }

  @Override
  public PluginsReport report() {
    return new PluginsReport(
        host.slots().stream().map(HostAdmin::slot).toList(),
        host.list().stream().map(HostAdmin::plugin).toList(),
        host.uncollected());
  }

  private static PluginsReport.Slot slot(SlotInfo slot) {
    return new PluginsReport.Slot(
        slot.name(), slot.kind(), slot.use(), slot.plugin(), slot.waiting());
  }

  private static PluginsReport.Plugin plugin(PluginInfo plugin) {
    return new PluginsReport.Plugin(
        plugin.id(),
        plugin.version(),
        plugin.digest().hex(),
        plugin.providers().stream()
            .map(offered -> new PluginsReport.Provider(offered.kind(), offered.name()))
            .toList());
  }

  @Override
  public Flux<AdminStep> scan() {
    return host.scan().map(HostAdmin::step);
  }

  @Override
  public Mono<AdminStep> swap(String slot, SlotSettings filling, Optional<WindowId> notBefore) {
    return host.swap(slot, filling.use(), filling.settings(), notBefore).map(HostAdmin::step);
  }

  private static AdminStep step(PluginChange change) {
    return switch (change) {
      case PluginChange.Staged staged -> step(staged.swap());
      case PluginChange.Loaded loaded ->
          AdminStep.done(new AdminNote.Loaded(loaded.file().toString(), loaded.plugin()));
      case PluginChange.Refused refused ->
          AdminStep.done(new AdminNote.Refused(refused.file().toString(), refused.reason()));
      case PluginChange.Unloaded unloaded ->
          AdminStep.done(new AdminNote.Unloaded(unloaded.file().toString(), unloaded.plugin()));
      case PluginChange.StillInUse used ->
          AdminStep.done(
              new AdminNote.StillInUse(used.file().toString(), used.plugin(), used.slots()));
    };
  }

  private static AdminStep step(StagedSwap swap) {
    return new AdminStep(
        new AdminNote.Staged(swap.slots(), swap.plugin()), swap.outcome().map(HostAdmin::swapped));
  }

  private static AdminNote swapped(Swapped swapped) {
    return new AdminNote.Swapped(
        swapped.slots(),
        swapped.from(),
        swapped.to(),
        swapped.window().map(WindowId::number),
        swapped.took().toMillis());
  }
}
