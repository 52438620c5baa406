package io.vramhub.api.model;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** Shares of the miners' emission in billionths: they sum to exactly 1e9, or there are none. */
public record PayoutShares(SortedMap<MinerUid, Long> nanos) {
  public static final long WHOLE = 1_000_000_000L;

  public PayoutShares {
    nanos = Collections.unmodifiableSortedMap(new TreeMap<>(nanos));
    long sum = nanos.values().stream().mapToLong(Long::longValue).reduce(0, Math::addExact);
    if (!nanos.isEmpty() && sum != WHOLE) {
      throw new IllegalArgumentException("shares sum to 1e9, not " + sum);
    }
  }
}
