package io.vramhub.protocol.payload;

/** Receives the decoded values of a gradient. */
@FunctionalInterface
public interface SparseConsumer {
  /**
   * @param index position in the flat parameters
   * @param value finite and not zero
   */
  void accept(long index, float value);
}
