package io.vramhub.kernel.audit;

import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.WindowId;
import java.util.Optional;

/** What an audit says (protocol section 11): everything follows, or the first place it does not. */
public sealed interface AuditOutcome {
  /** Everything recomputed is what the chain and the storage say. */
  record Pass(AuditSummary summary) implements AuditOutcome {}

  /**
   * The first difference, in the order of windows and of cause and consequence within one.
   *
   * @param miner the miner it is about; empty if it is about the window
   * @param field what differs, in words
   * @param expected what recomputing gives
   * @param found what the chain or the storage says
   */
  record Difference(
      WindowId window, Optional<MinerUid> miner, String field, String expected, String found)
      implements AuditOutcome {

    /** The difference as a sentence. */
    public String sentence() {
      return "window "
          + window
          + miner.map(uid -> ", miner " + uid).orElse("")
          + ": "
          + field
          + " should be "
          + expected
          + " and is "
          + found;
    }
  }
}
