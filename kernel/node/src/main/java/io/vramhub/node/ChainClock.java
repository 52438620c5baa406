package io.vramhub.node;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The machine's clock, shifted to a network's chain time as it was at the start. A local ledger
 * that was halted lags behind the wall clock, and attestation documents are judged by chain time.
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

  /** Asks the network of a data directory for its time. */
  public static ChainClock open(Home home, DataDirectory data, Clock machine) {
    try (ReadOnlyNetwork network = ReadOnlyNetwork.open(home, data, Optional.empty(), machine)) {
      return new ChainClock(machine, network.timeMs());
    }
  }

  @Override
  public Instant instant() {
    return machine.instant().plus(shift);
  }
}
