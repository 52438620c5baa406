package io.vramhub.kernel.pipeline;

import io.vramhub.kernel.window.ChainTime;
import java.util.OptionalLong;

/**
 * When to stop training so that the gradient is committed in time: the commit deadline less twice
 * what everything after training took in the recent windows. Owned by one miner; windows come one
 * after the other.
 */
final class TrainingBudget {
  private static final int REMEMBERED = 8;
  private static final int FIRST_SHARE = 8;
  private static final int LEAST_SHARE = 50;

  private final ChainTime time;
  private final long[] recentMs = new long[REMEMBERED];
  private int measured;
  private OptionalLong trainedAtMs = OptionalLong.empty();

  TrainingBudget(ChainTime time) {
    this.time = time;
  }

  /** Chain time to stop at. */
  synchronized long trainUntilMs(WindowContext context) {
    long train = context.commitDeadlineMs() - context.schedule().opensAt(context.window());
    long longest = 0;
    for (int i = 0; i < Math.min(measured, REMEMBERED); i++) {
      longest = Math.max(longest, recentMs[i]);
    }
    long margin = measured == 0 ? train / FIRST_SHARE : 2 * longest;
    return context.commitDeadlineMs()
        - Math.clamp(margin, train / LEAST_SHARE, train - train / FIRST_SHARE);
  }

  /** Training of a window has just ended; the rest is being measured from now. */
  synchronized void trained() {
    trainedAtMs = OptionalLong.of(time.nowMs());
  }

  /** The gradient trained last has just been committed. */
  synchronized void committed() {
    trainedAtMs.ifPresent(
        started -> {
          recentMs[measured % REMEMBERED] = Math.max(1, time.nowMs() - started);
          measured++;
        });
    trainedAtMs = OptionalLong.empty();
  }

  /** Watches the steps of one window and says when another would not fit. */
  Steps steps(long untilMs) {
    return new Steps(untilMs);
  }

  /** The steps of one window. */
  final class Steps {
    private final long untilMs;
    private long lastMs = time.nowMs();
    private long longestMs;

    private Steps(long untilMs) {
      this.untilMs = untilMs;
    }

    /** Whether, with a step just done, another as long as the longest would end too late. */
    boolean exhausted() {
      long now = time.nowMs();
      longestMs = Math.max(longestMs, now - lastMs);
      lastMs = now;
      return now + longestMs > untilMs;
    }
  }
}
