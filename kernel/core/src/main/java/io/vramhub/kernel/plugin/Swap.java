package io.vramhub.kernel.plugin;

import io.vramhub.api.model.WindowId;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A replacement that waits for its window.
 *
 * @param refills at least one, all from one generation
 * @param prepared what is already open, side by side with the old; empty for a hand-over
 * @param notBefore the earliest window that may see it; empty for the next
 * @param result ends when the swap took effect, was refused or was overtaken by another
 */
record Swap(
    List<Refill<?>> refills,
    List<OpenService<?>> prepared,
    Optional<WindowId> notBefore,
    Sinks.One<Swapped> result) {
  Swap {
    refills = List.copyOf(refills);
    prepared = List.copyOf(prepared);
  }

  Swap(List<Refill<?>> refills, List<OpenService<?>> prepared, Optional<WindowId> notBefore) {
    this(refills, prepared, notBefore, Sinks.one());
  }

  PluginGeneration generation() {
    return refills.getFirst().offer().generation();
  }

  List<String> slots() {
    return refills.stream().map(refill -> refill.slot().name()).toList();
  }

  boolean isHandOver() {
    return prepared.isEmpty();
  }

  boolean isDue(WindowId window) {
    return notBefore.map(earliest -> earliest.compareTo(window) <= 0).orElse(true);
  }

  boolean touches(Swap other) {
    return slots().stream().anyMatch(other.slots()::contains);
  }

  Mono<Swapped> outcome() {
    return result.asMono();
  }
}
