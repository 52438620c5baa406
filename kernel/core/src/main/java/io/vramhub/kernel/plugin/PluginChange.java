package io.vramhub.kernel.plugin;

import java.nio.file.Path;
import java.util.List;
import reactor.core.publisher.Mono;

/** What became of a jar that appeared, changed or vanished in a plugins directory. */
public sealed interface PluginChange {
  /** The file. */
  Path file();

  /** Loaded; it fills no slot, so nothing waits for it. */
  record Loaded(Path file, String plugin) implements PluginChange {}

  /** Loaded; it takes over these slots. */
  record Staged(Path file, StagedSwap swap) implements PluginChange {}

  /** Not loaded; whatever ran before goes on. */
  record Refused(Path file, String reason) implements PluginChange {}

  /** The file is gone, and the plugin with it. */
  record Unloaded(Path file, String plugin) implements PluginChange {}

  /** The file is gone, but the plugin fills these slots and goes on until the node ends. */
  record StillInUse(Path file, String plugin, List<String> slots) implements PluginChange {
    public StillInUse {
      slots = List.copyOf(slots);
    }
  }

  /**
   * A swap that waits for its window.
   *
   * @param plugin id and version that takes over
   * @param outcome ends when it took effect or was given up; may be subscribed by anyone
   */
  record StagedSwap(List<String> slots, String plugin, Mono<Swapped> outcome) {
    public StagedSwap {
      slots = List.copyOf(slots);
    }
  }
}
