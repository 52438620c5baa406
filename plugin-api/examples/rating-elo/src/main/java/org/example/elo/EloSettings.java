package org.example.elo;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import java.math.BigDecimal;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The numbers of Elo, in billionths of a rating point. All nodes that are to agree on ratings need
 * the same.
 *
 * @param stepNanos most points a miner can win or lose in one window
 * @param doublingNanos the lead that doubles the odds of finishing ahead
 */
record EloSettings(long stepNanos, long doublingNanos) {
  private static final String STEP = "step";
  private static final String DOUBLING = "doubling";
  private static final Set<String> KEYS = Set.of(STEP, DOUBLING);
  private static final String DEFAULT_STEP = "1.5";
  private static final String DEFAULT_DOUBLING = "2.5";
  private static final int DECIMALS = 9;
  private static final BigDecimal LARGEST = new BigDecimal(1_000);

  static EloSettings read(Config settings) {
    SortedSet<String> unknown = new TreeSet<>(settings.root().keySet());
    unknown.removeAll(KEYS);
    if (!unknown.isEmpty()) {
      throw invalid(unknown.first(), "is unknown; there are '" + STEP + "' and '" + DOUBLING + "'");
    }
    return new EloSettings(
        nanos(settings, STEP, DEFAULT_STEP), nanos(settings, DOUBLING, DEFAULT_DOUBLING));
  }

  /** Read as a decimal, never as a double, so that every node gets the same integer. */
  private static long nanos(Config settings, String key, String otherwise) {
    try {
      String written = settings.hasPath(key) ? settings.getString(key) : otherwise;
      BigDecimal points = new BigDecimal(written);
      if (points.signum() <= 0 || points.compareTo(LARGEST) > 0) {
        throw invalid(key, "lies above 0 and up to " + LARGEST + ", not at " + written);
      }
      return points.movePointRight(DECIMALS).longValueExact();
    } catch (ConfigException | ArithmeticException | NumberFormatException e) {
      throw invalid(
          key, "must be a number with at most " + DECIMALS + " decimals: " + e.getMessage());
    }
  }

  private static HubException invalid(String key, String reason) {
    return new HubException(
        ErrorCode.CONFIG_INVALID, "setting '" + key + "' of the rating 'elo' " + reason);
  }
}
