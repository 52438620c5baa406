package io.vramhub.api.model;

/**
 * Names one effect, so that a repeat after a lost reply has none: the sender, the window and what
 * for.
 *
 * @param purpose for example {@code commit} or {@code submit-scores}
 */
public record IdempotencyKey(Address sender, WindowId window, String purpose) {
  @Override
  public String toString() {
    return sender + "/" + window + "/" + purpose;
  }
}
