package io.vramhub.api.model;

/**
 * The number of a training window; window {@code w} spans {@code [genesis + w*D, genesis +
 * (w+1)*D)}.
 */
public record WindowId(long number) implements Comparable<WindowId> {
  public WindowId {
    if (number < 0) {
      throw new IllegalArgumentException("a window number is not negative: " + number);
    }
  }

  public WindowId next() {
    return new WindowId(number + 1);
  }

  public WindowId previous() {
    return new WindowId(number - 1);
  }

  @Override
  public int compareTo(WindowId other) {
    return Long.compare(number, other.number);
  }

  @Override
  public String toString() {
    return Long.toString(number);
  }
}
