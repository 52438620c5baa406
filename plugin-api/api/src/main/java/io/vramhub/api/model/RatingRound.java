package io.vramhub.api.model;

import java.util.List;

/**
 * The input of one rating update: the miners of a window, by uid, with their ranks from 1; equal
 * ranks tie.
 */
public record RatingRound(List<Entrant> entrants) {
  public RatingRound {
    entrants = List.copyOf(entrants);
  }

  public record Entrant(MinerUid miner, Rating rating, int rank) {}
}
