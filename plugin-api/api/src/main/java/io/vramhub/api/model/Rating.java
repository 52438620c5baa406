package io.vramhub.api.model;

/** A skill estimate in billionths: {@code mu} the mean, {@code sigma} its standard deviation. */
public record Rating(long muNanos, long sigmaNanos) {
  /** Where every miner starts: 25 and 25/3. */
  public static final Rating INITIAL = new Rating(25_000_000_000L, 8_333_333_333L);

  public Rating {
    if (sigmaNanos <= 0) {
      throw new IllegalArgumentException("sigma is positive: " + sigmaNanos);
    }
  }

  /** The conservative skill {@code mu - 3 sigma}, in billionths. */
  public long ordinalNanos() {
    return muNanos - 3 * sigmaNanos;
  }
}
