package io.vramhub.kernel.plugin;

import io.vramhub.api.model.WindowId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A swap that took effect and whose old services are closed.
 *
 * @param slots that were refilled, by name
 * @param from plugin and version before
 * @param to plugin and version since
 * @param window the first that saw the new ones; empty if no role of the node is in windows
 * @param took from the moment the first role wanted the new set until the old one was closed
 */
public record Swapped(
    List<String> slots, String from, String to, Optional<WindowId> window, Duration took) {
  public Swapped {
    slots = List.copyOf(slots);
  }
}
