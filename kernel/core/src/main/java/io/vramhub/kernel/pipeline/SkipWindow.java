package io.vramhub.kernel.pipeline;

import io.vramhub.kernel.journal.SkipReason;

/** Leaves the rest of a window out. A decision that travels as an error signal, not a fault. */
final class SkipWindow extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final SkipReason reason;

  SkipWindow(SkipReason reason) {
    super(reason.sentence(), null, false, false);
    this.reason = reason;
  }

  SkipReason reason() {
    return reason;
  }
}
