package io.vramhub.kernel.plugin;

import io.vramhub.api.model.WindowId;
import reactor.core.publisher.Mono;

/**
 * The place of one role among those that share a node's plugins. What the role does in a window, it
 * does with one set of plugins, the same as every other role of the node in that window.
 */
public interface Seat {
  /**
   * Runs the work of a window. Windows are entered in ascending order; the first role to enter one
   * publishes the swaps that waited for it.
   */
  <R> Mono<R> during(WindowId window, Mono<R> work);

  /** The role enters no more windows. */
  void leave();

  /** Where plugins do not change: a simulation, a test. */
  static Seat unchanging() {
    return new Seat() {
      @Override
      public <R> Mono<R> during(WindowId window, Mono<R> work) {
        return work;
      }

      @Override
      public void leave() {}
    };
  }
}
