package io.vramhub.api.model;

import java.util.Locale;

/** An amount of SUI or VRAM in base units of 1e-9 coin; never negative, never rounded. */
public record Coins(long baseUnits) implements Comparable<Coins> {
  public static final Coins ZERO = new Coins(0);
  public static final long BASE_UNITS_PER_COIN = 1_000_000_000L;

  public Coins {
    if (baseUnits < 0) {
      throw new IllegalArgumentException("an amount is not negative: " + baseUnits);
    }
  }

  public static Coins whole(long coins) {
    return new Coins(Math.multiplyExact(coins, BASE_UNITS_PER_COIN));
  }

  public Coins plus(Coins other) {
    return new Coins(Math.addExact(baseUnits, other.baseUnits));
  }

  public Coins minus(Coins other) {
    return new Coins(Math.subtractExact(baseUnits, other.baseUnits));
  }

  @Override
  public int compareTo(Coins other) {
    return Long.compare(baseUnits, other.baseUnits);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%d.%09d", baseUnits / BASE_UNITS_PER_COIN, baseUnits % BASE_UNITS_PER_COIN);
  }
}
