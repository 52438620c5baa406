package io.vramhub.node.cli;

import io.vramhub.api.model.Coins;
import io.vramhub.api.model.NanoNats;
import io.vramhub.api.model.Rating;
import java.util.Locale;

/** How quantities of the protocol are written for people. */
final class Words {
  private Words() {}

  static String nats(NanoNats gain) {
    return String.format(Locale.ROOT, "%+.6f", gain.value() / 1e9);
  }

  static String coins(Coins amount) {
    return String.format(Locale.ROOT, "%.4f", amount.baseUnits() / 1e9);
  }

  static String rating(Rating rating) {
    return String.format(
        Locale.ROOT, "%.3f±%.3f", rating.muNanos() / 1e9, rating.sigmaNanos() / 1e9);
  }

  static String percent(long billionths) {
    return String.format(Locale.ROOT, "%.2f%%", billionths / 1e7);
  }

  static String bytes(long count) {
    return count < 10_000 ? count + " B" : String.format(Locale.ROOT, "%.1f kB", count / 1e3);
  }

  static String seconds(long milliseconds) {
    return String.format(Locale.ROOT, "%.1f s", milliseconds / 1e3);
  }

  /**
   * Untrusted text of other participants, with everything that could steer a terminal taken out.
   */
  static String foreign(String text) {
    return foreign(text, 40);
  }

  /** The same of another length, in code points. */
  static String foreign(String text, int longest) {
    StringBuilder clean = new StringBuilder();
    text.codePoints()
        .filter(
            point -> !Character.isISOControl(point) && Character.getType(point) != Character.FORMAT)
        .limit(longest)
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }
}
