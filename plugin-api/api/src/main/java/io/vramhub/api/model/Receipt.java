package io.vramhub.api.model;

import java.util.List;

/** The chain's answer to a call. */
public sealed interface Receipt {
  /** The call took effect, now or at an earlier submission under the same key. */
  record Executed(List<ChainRecord> records) implements Receipt {
    public Executed {
      records = List.copyOf(records);
    }
  }

  /** The call was refused by a rule and changed nothing. */
  record Aborted(AbortCode code, String message) implements Receipt {}
}
