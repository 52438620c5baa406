package io.vramhub.node.http;

import io.vramhub.api.model.WindowId;
import io.vramhub.node.settings.SlotSettings;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What an operator may ask of a running node's plugins. From any thread; nothing blocks. */
public interface PluginAdmin {
  /** The plugins as they are now. */
  PluginsReport report();

  /** Looks at the plugins directories now and takes over what changed, one step a change. */
  Flux<AdminStep> scan();

  /**
   * Fills a slot with another plugin, or with other settings.
   *
   * @param notBefore the earliest window that sees it; empty for the next
   * @return {@code Staged} once it waits for its window, later {@code Swapped}; an error if it
   *     cannot be, and then nothing has changed
   */
  Mono<AdminStep> swap(String slot, SlotSettings filling, Optional<WindowId> notBefore);
}
