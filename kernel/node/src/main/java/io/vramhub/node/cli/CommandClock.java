package io.vramhub.node.cli;

import java.time.Clock;

/** The machine's clock. Taken here and nowhere else; everything below gets it handed in. */
final class CommandClock {
  private CommandClock() {}

  @SuppressForbidden
  static Clock system() {
    return Clock.systemUTC();
  }
}
