package io.vramhub.vramscan;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;

/** The parameters of a request's query: each at most once, each known, none long. */
record Parameters(SortedMap<String, List<String>> values) {
  private static final int LONGEST = 400;

  /** Refuses what nothing would be made of, so that a misspelling is noticed. */
  Parameters requireOnly(Collection<String> known) {
    values.forEach(
        (name, given) -> {
          if (!known.contains(name)) {
            throw ApiException.refused(
                "'" + name + "' is no parameter here; known are " + String.join(", ", known));
          }
          if (given.size() > 1) {
            throw ApiException.refused("'" + name + "' is given more than once");
          }
          if (given.getFirst().length() > LONGEST) {
            throw ApiException.refused("'" + name + "' is too long");
          }
        });
    return this;
  }

  Optional<String> text(String name) {
    return values.getOrDefault(name, List.of()).stream().findFirst();
  }

  OptionalInt number(String name, int least, int most) {
    OptionalLong number = number(name, (long) least, most);
    return number.isPresent()
        ? OptionalInt.of(Math.toIntExact(number.getAsLong()))
        : OptionalInt.empty();
  }

  OptionalLong number(String name, long least, long most) {
    Optional<String> text = text(name);
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      long number = Long.parseLong(text.get());
      if (number >= least && number <= most) {
        return OptionalLong.of(number);
      }
    } catch (NumberFormatException e) {
      // Refused below, like a number out of range.
    }
    throw ApiException.refused("'" + name + "' is a whole number from " + least + " to " + most);
  }
}
