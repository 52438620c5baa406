package io.vramhub.protocol.payload;

import io.vramhub.api.model.Verdict;

/**
 * A peer's bytes are not an acceptable payload. Checked, because a bad payload is an outcome every
 * caller has to decide on, not a fault of the caller.
 */
public final class PayloadException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Verdict verdict;

  public PayloadException(Verdict verdict, String reason) {
    super(reason);
    this.verdict = verdict;
  }

  /** What a validator's enclave says of such bytes. */
  public Verdict verdict() {
    return verdict;
  }

  /** Why, in words for the miner who sent them. */
  public String reason() {
    return String.valueOf(getMessage());
  }

  static PayloadException malformed(String reason) {
    return new PayloadException(Verdict.MALFORMED, reason);
  }

  static PayloadException outOfBounds(String reason) {
    return new PayloadException(Verdict.OUT_OF_BOUNDS, reason);
  }
}
