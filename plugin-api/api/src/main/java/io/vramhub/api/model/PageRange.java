package io.vramhub.api.model;

/** Pages {@code [first, first + count)} of a dataset. */
public record PageRange(long first, long count) {
  public PageRange {
    if (first < 0 || count < 1) {
      throw new IllegalArgumentException("a page range is not empty: " + first + "+" + count);
    }
  }
}
