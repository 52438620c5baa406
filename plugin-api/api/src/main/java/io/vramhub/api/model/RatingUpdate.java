package io.vramhub.api.model;

import java.util.SortedMap;
import java.util.TreeMap;

/** The ratings after a round, one per entrant. */
public record RatingUpdate(SortedMap<MinerUid, Rating> ratings) {
  public RatingUpdate {
    ratings = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(ratings));
  }
}
