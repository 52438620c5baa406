package io.vramhub.node.http;

import java.util.Optional;

/**
 * The order to fill a slot with another plugin.
 *
 * @param use the name of a provider
 * @param atWindow the earliest window that sees it; empty for the next
 */
public record SwapOrder(String slot, String use, Optional<Long> atWindow) {
  public SwapOrder {
    if (slot.isEmpty() || use.isEmpty() || atWindow.orElse(0L) < 0) {
      throw new IllegalArgumentException("a swap names a slot, a plugin and a window from 0 on");
    }
  }
}
