package io.vramhub.protocol.reward;

import io.vramhub.api.model.Coins;

/**
 * How much VRAM a window may issue (protocol section 10): 70 while less than 7,000,000 have been
 * issued, then 35 until 10,500,000, then none.
 *
 * <p>The window that crosses a threshold is split pro rata by time. With {@code r < 70} left to the
 * first threshold, the fraction {@code r / 70} of the window runs at the full rate and issues
 * {@code r}; the rest of it runs at half rate and issues {@code (70 - r) * 35 / 70}, rounded down
 * to a base unit. Likewise the last window issues just what is left to the cap.
 */
public final class EmissionSchedule {
  /** Issued in a window until {@link #FIRST_THRESHOLD}. */
  public static final Coins FULL_RATE = Coins.whole(70);

  /** Issued in a window from then on, until {@link #CAP}. */
  public static final Coins HALF_RATE = Coins.whole(35);

  public static final Coins FIRST_THRESHOLD = Coins.whole(7_000_000);
  public static final Coins CAP = Coins.whole(10_500_000);

  private EmissionSchedule() {}

  /**
   * The most the next window may issue.
   *
   * @param issued the sum of all emissions before it
   */
  public static Coins emission(Coins issued) {
    long beforeThreshold = FIRST_THRESHOLD.baseUnits() - issued.baseUnits();
    long full = FULL_RATE.baseUnits();
    long half = HALF_RATE.baseUnits();
    if (beforeThreshold >= full) {
      return FULL_RATE;
    }
    long beforeCap = Math.max(0, CAP.baseUnits() - issued.baseUnits());
    if (beforeThreshold > 0) {
      // In whole coins the rates' ratio is the same and the product stays far from overflow.
      long ratioHalf = half / Coins.BASE_UNITS_PER_COIN;
      long ratioFull = full / Coins.BASE_UNITS_PER_COIN;
      return new Coins(beforeThreshold + (full - beforeThreshold) * ratioHalf / ratioFull);
    }
    return new Coins(Math.min(half, beforeCap));
  }
}
