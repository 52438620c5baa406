package io.vramhub.node.devnet;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Digest;
import io.vramhub.kernel.plugin.PluginChange;
import io.vramhub.kernel.plugin.PluginInfo;
import io.vramhub.node.NodeRuntime;
import io.vramhub.node.http.AdminStep;
import io.vramhub.node.http.PluginsReport;
import io.vramhub.node.settings.Configuration;
import io.vramhub.node.settings.DevnetSettings;
import io.vramhub.node.settings.ServiceSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The plugins that their author builds while the devnet runs. The host swaps each new build of a
 * plugin that fills a slot; what is decided here is which slots such a plugin fills at all.
 */
final class DevelopedPlugins {
  private static final int AT_ONCE = 8;

  private final List<Path> directories;

  /**
   * @param directories absolute, where builds put their jars
   */
  DevelopedPlugins(List<Path> directories) {
    this.directories = List.copyOf(directories);
  }

  /** The configuration with slots for the plugins that are built already. */
  Configuration<DevnetSettings> fillSlots(
      Configuration<DevnetSettings> configuration, List<PluginInfo> loaded, DevnetConsole console) {
    if (directories.isEmpty()) {
      return configuration;
    }
    Set<Digest> built = built();
    List<PluginInfo> developed =
        loaded.stream().filter(plugin -> built.contains(plugin.digest())).toList();
    if (developed.isEmpty()) {
      console.say("no plugin is built in " + directories + " yet; waiting for the first build");
    }
    SlotGuess guess = SlotGuess.of(developed, configuration);
    guess.sentences().forEach(console::say);
    return configuration.withDefaults(guess.defaults());
  }

  private Set<Digest> built() {
    Set<Digest> digests = new HashSet<>();
    for (Path directory : directories) {
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.filter(jar -> jar.toString().endsWith(".jar")).toList()) {
          digests.add(Digest.sha256(Files.readAllBytes(file)));
        }
      } catch (IOException e) {
        throw new HubException(
            ErrorCode.PLUGIN_INVALID, "cannot read " + directory + ": " + e.getMessage(), e);
      }
    }
    return digests;
  }

  /** Fills slots with a plugin that was built for the first time. */
  Mono<Void> changed(
      PluginChange change,
      NodeRuntime node,
      Configuration<DevnetSettings> configuration,
      DevnetConsole console) {
    if (!(change instanceof PluginChange.Loaded loaded)
        || directories.stream().noneMatch(loaded.file()::startsWith)) {
      return Mono.empty();
    }
    return Mono.fromCallable(() -> swaps(loaded, node, configuration, console))
        .subscribeOn(Schedulers.boundedElastic())
        .flatMapMany(swaps -> Flux.merge(swaps))
        .flatMap(AdminStep::later, AT_ONCE)
        .then()
        .onErrorResume(
            failure -> {
              console.warn(loaded.plugin() + ": " + failure.getMessage());
              return Mono.empty();
            });
  }

  /** Opens the guests among the plugin's services, and prepares the swaps for the others. */
  private static List<Mono<AdminStep>> swaps(
      PluginChange.Loaded loaded,
      NodeRuntime node,
      Configuration<DevnetSettings> configuration,
      DevnetConsole console) {
    List<PluginsReport.Slot> filled = node.plugins().report().slots();
    if (filled.stream().anyMatch(slot -> slot.plugin().equals(loaded.plugin()))) {
      return List.of();
    }
    List<PluginInfo> developed =
        node.loadedPlugins().stream()
            .filter(plugin -> loaded.plugin().equals(plugin.id() + " " + plugin.version()))
            .toList();
    SlotGuess guess = SlotGuess.of(developed, configuration);
    guess.sentences().forEach(console::say);
    Configuration.Reading<DevnetSettings> reading =
        configuration.withDefaults(guess.defaults()).read();
    for (ServiceSettings service : reading.settings().services()) {
      if (guess.slots().containsKey(service.slotName())) {
        console.say(service.slotName() + " answers at " + node.serve(service));
      }
    }
    Set<String> slots = filled.stream().map(PluginsReport.Slot::name).collect(Collectors.toSet());
    return guess.slots().entrySet().stream()
        .filter(slot -> slots.contains(slot.getKey()))
        .map(
            slot ->
                node.plugins()
                    .swap(
                        slot.getKey(),
                        reading.snapshot().filling(slot.getKey(), slot.getValue()),
                        Optional.empty()))
        .toList();
  }
}
