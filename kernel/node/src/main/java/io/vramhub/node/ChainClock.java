package io.vramhub.node;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The machine's clock, shifted to a network's chain time as it was at the start, for a countdown on
 * a screen. A local ledger that was halted lags behind the wall clock.
 */
public final class ChainClock implements InstantSource {
  private final InstantSource machine;
  private final Duration shift;

  /**
   * @param chainTimeMs chain time at this moment
   */
  public ChainClock(InstantSource machine, long chainTimeMs) {
    this.machine = machine;
    this.shift = Duration.between(machine.instant(), Instant.ofEpochMilli(chainTimeMs));
  }

  @Override
  public Instant instant() {
    return machine.instant().plus(shift);
  }
}
