package io.vramhub.kernel.pipeline.adversary;

import io.vramhub.kernel.pipeline.GradientStrategy;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A way of being dishonest. The word in lower case is how an operator of a test network asks for
 * it.
 */
public enum Adversary {
  /** Commits another miner's stored bytes as its own as soon as they appear. */
  COPYCAT,
  /** Sends random values of a gradient's size. */
  NOISE,
  /** Sends a gradient of zeros. */
  ZERO,
  /** Trains honestly and sends the opposite. */
  SIGNFLIP,
  /** Sends the gradient it trained in its first window again and again, under new headers. */
  STALE,
  /** Does not train and sends random values too small to do harm. */
  FREERIDER;

  /**
   * A fresh strategy for one miner.
   *
   * @param seed of everything it draws
   */
  public GradientStrategy strategy(long seed) {
    return switch (this) {
      case COPYCAT -> new Copycat();
      case NOISE -> new RandomGradient(seed, RandomGradient.GRADIENT_SIZED);
      case ZERO -> window -> window.encode(window.blank()).flatMap(window::seal);
      case SIGNFLIP -> new SignFlip();
      case STALE -> new Stale();
      case FREERIDER -> new RandomGradient(seed, RandomGradient.NEGLIGIBLE);
    };
  }

  /** The word an operator writes. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The adversary of that word. */
  public static Optional<Adversary> of(String word) {
    return Arrays.stream(values()).filter(kind -> kind.word().equals(word)).findFirst();
  }

  /** Every word. */
  public static List<String> words() {
    return Arrays.stream(values()).map(Adversary::word).toList();
  }
}
