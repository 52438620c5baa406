package io.vramhub.packaging;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How the services of a plugin may be replaced, as its manifest says in {@code Swap-Mode}. */
public enum SwapMode {
  /** Old and new are open at the same time for a moment. The default. */
  SIDE_BY_SIDE,
  /** The old one is closed before the new one is opened: it holds something only one can hold. */
  HAND_OVER;

  /** From {@code side-by-side} or {@code hand-over}. */
  static Optional<SwapMode> of(String word) {
    return Arrays.stream(values()).filter(mode -> mode.word().equals(word)).findFirst();
  }

  /** As the manifest spells it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
