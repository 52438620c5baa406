package io.vramhub.kernel.journal;

import io.vramhub.api.error.ErrorCode;

/** How a window ended for a role: exactly one per window. */
public sealed interface WindowOutcome {
  /** Everything the role does in a window was done. */
  record Completed() implements WindowOutcome {}

  /** The role left the window out, for a reason that is not a fault of its own code. */
  record Skipped(SkipReason reason) implements WindowOutcome {}

  /** An error ended the role's window; the node went on. */
  record Failed(ErrorCode code) implements WindowOutcome {}
}
