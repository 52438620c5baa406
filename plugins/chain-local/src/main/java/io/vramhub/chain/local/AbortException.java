package io.vramhub.chain.local;

import io.vramhub.api.model.AbortCode;

/**
 * Ends the deciding of a call, as {@code abort} does in Move, so that a rule reads as the list of
 * its demands. Never leaves {@link LedgerRules}, which turns it into a {@link Decision.Refusal}.
 */
final class AbortException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final AbortCode code;
  private final String sentence;

  AbortException(AbortCode code, String sentence) {
    super(sentence, null, false, false);
    this.code = code;
    this.sentence = sentence;
  }

  /** Goes on if it holds. */
  static void demand(boolean holds, AbortCode code, String sentence) {
    if (!holds) {
      throw new AbortException(code, sentence);
    }
  }

  Decision.Refusal refusal() {
    return new Decision.Refusal(code, sentence);
  }
}
