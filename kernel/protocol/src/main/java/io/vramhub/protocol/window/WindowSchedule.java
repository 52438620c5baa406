package io.vramhub.protocol.window;

import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.WindowId;

/**
 * The times of every window, in milliseconds of chain time (protocol section 2). Window {@code w}
 * spans {@code [genesis + w*D, genesis + (w+1)*D)}. Window 0 is for registration; the first that is
 * opened is 1. Each bound belongs to the later phase: a call at the commit deadline is late.
 */
public record WindowSchedule(NetworkParameters.Schedule schedule) {
  public long opensAt(WindowId window) {
    return Math.addExact(
        schedule.genesisMs(), Math.multiplyExact(window.number(), schedule.windowMs()));
  }

  /** The end of TRAIN and the beginning of SCORE. */
  public long commitDeadline(WindowId window) {
    return Math.addExact(opensAt(window), schedule.commitDeadlineMs());
  }

  /** The end of SCORE, at which the next window opens. */
  public long closesAt(WindowId window) {
    return Math.addExact(opensAt(window), schedule.windowMs());
  }

  /**
   * Until then the window waits to be opened for the checkpoint merged from the window before; from
   * then on it may be opened on an older base.
   */
  public long anchorGraceEnds(WindowId window) {
    return Math.addExact(opensAt(window), schedule.anchorGraceMs());
  }

  /** The window that spans the time; any time before the genesis belongs to window 0. */
  public WindowId windowAt(long timeMs) {
    if (timeMs < schedule.genesisMs()) {
      return new WindowId(0);
    }
    return new WindowId(Math.subtractExact(timeMs, schedule.genesisMs()) / schedule.windowMs());
  }

  public Phase phaseAt(WindowId window, long timeMs) {
    if (timeMs < opensAt(window)) {
      return Phase.BEFORE;
    }
    if (timeMs < commitDeadline(window)) {
      return Phase.TRAIN;
    }
    return timeMs < closesAt(window) ? Phase.SCORE : Phase.FINAL;
  }
}
