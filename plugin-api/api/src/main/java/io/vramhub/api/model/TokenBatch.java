package io.vramhub.api.model;

/**
 * Sequences of equal length for one training step or evaluation.
 *
 * @param sequences number of rows
 * @param length tokens of each row; each row gives {@code length - 1} predictions
 * @param tokens row-major token ids
 */
public record TokenBatch(int sequences, int length, int[] tokens) {
  public TokenBatch {
    if (sequences < 1 || length < 2 || tokens.length != sequences * length) {
      throw new IllegalArgumentException(
          "a batch of " + sequences + " x " + length + " has not " + tokens.length + " tokens");
    }
  }
}
