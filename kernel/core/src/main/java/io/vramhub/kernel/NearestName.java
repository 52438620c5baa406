package io.vramhub.kernel;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the name a misspelled one was probably meant to be. */
public final class NearestName {
  private static final int MOST_EDITS = 3;

  private NearestName() {}

  /** The nearest known name within three edits; empty if none is near. */
  public static Optional<String> of(String written, Collection<String> known) {
    return known.stream()
        .filter(name -> distance(written, name) <= Math.min(MOST_EDITS, name.length() - 1))
        .min(
            Comparator.<String>comparingInt(name -> distance(written, name))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** Levenshtein's edit distance. */
  private static int distance(String left, String right) {
    int[] previous = new int[right.length() + 1];
    for (int column = 0; column < previous.length; column++) {
      previous[column] = column;
    }
    for (int row = 1; row <= left.length(); row++) {
      int[] current = new int[right.length() + 1];
      current[0] = row;
      for (int column = 1; column <= right.length(); column++) {
        int replaced =
            previous[column - 1] + (left.charAt(row - 1) == right.charAt(column - 1) ? 0 : 1);
        current[column] = Math.min(replaced, Math.min(previous[column], current[column - 1]) + 1);
      }
      previous = current;
    }
    return previous[right.length()];
  }
}
