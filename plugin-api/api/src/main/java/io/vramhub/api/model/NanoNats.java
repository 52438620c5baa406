package io.vramhub.api.model;

/** A signed difference of mean cross-entropy in billionths of a nat per token. */
public record NanoNats(long value) implements Comparable<NanoNats> {
  public static final NanoNats ZERO = new NanoNats(0);

  @Override
  public int compareTo(NanoNats other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
