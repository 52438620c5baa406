package io.vramhub.kernel;

/**
 * Listens to what a node does, for screens, metrics and the explorer. Called on the thread that did
 * it, possibly several at once; an implementation returns at once and never throws.
 */
@FunctionalInterface
public interface NodeEvents {
  /** Takes note of an event. */
  void publish(NodeEvent event);

  /** Tells both. */
  default NodeEvents and(NodeEvents other) {
    return event -> {
      publish(event);
      other.publish(event);
    };
  }

  /** Listens to nothing. */
  static NodeEvents none() {
    return event -> {};
  }
}
