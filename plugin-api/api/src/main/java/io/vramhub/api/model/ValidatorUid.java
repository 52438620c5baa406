package io.vramhub.api.model;

/** A validator's number, assigned by the chain from 1 and never reused. */
public record ValidatorUid(int value) implements Comparable<ValidatorUid> {
  public ValidatorUid {
    if (value < 1) {
      throw new IllegalArgumentException("uids start at 1: " + value);
    }
  }

  @Override
  public int compareTo(ValidatorUid other) {
    return Integer.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Integer.toString(value);
  }
}
