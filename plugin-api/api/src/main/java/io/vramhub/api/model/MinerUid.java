package io.vramhub.api.model;

/** A miner's number, assigned by the chain from 1 and never reused. */
public record MinerUid(int value) implements Comparable<MinerUid> {
  public MinerUid {
    if (value < 1) {
      throw new IllegalArgumentException("uids start at 1: " + value);
    }
  }

  @Override
  public int compareTo(MinerUid other) {
    return Integer.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Integer.toString(value);
  }
}
