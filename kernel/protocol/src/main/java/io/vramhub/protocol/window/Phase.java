package io.vramhub.protocol.window;

/** The part of a window that chain time has reached; it decides which calls the chain accepts. */
public enum Phase {
  /** The window has not begun. */
  BEFORE,
  /** Gradients are computed and committed. */
  TRAIN,
  /** Commits are closed and scores are submitted. */
  SCORE,
  /** The window may be finalized, and then never changes. */
  FINAL
}
