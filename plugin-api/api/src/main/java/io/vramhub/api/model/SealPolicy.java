package io.vramhub.api.model;

/** Under which identity something is sealed, and so who may open it when (protocol section 5). */
public sealed interface SealPolicy {
  /** A gradient: assigned validators once SCORE begins, everyone once the window is final. */
  record Gradient(NetworkId network, WindowId window, MinerUid miner) implements SealPolicy {}
}
