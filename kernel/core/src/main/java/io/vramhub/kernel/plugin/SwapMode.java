package io.vramhub.kernel.plugin;

import java.util.Locale;
import java.util.Optional;

/** How the services of a plugin may be replaced, as its manifest says in {@code Swap-Mode}. */
enum SwapMode {
  /** Old and new are open at the same time for a moment. */
  SIDE_BY_SIDE,
  /** The old one is closed before the new one is opened: it holds something only one can hold. */
  HAND_OVER;

  /** From {@code side-by-side} or {@code hand-over}. */
  static Optional<SwapMode> of(String word) {
    for (SwapMode mode : values()) {
      if (mode.word().equals(word)) {
        return Optional.of(mode);
      }
    }
    return Optional.empty();
  }

  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
