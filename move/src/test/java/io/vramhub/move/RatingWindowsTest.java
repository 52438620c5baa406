package io.vramhub.move;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.Rating;
import io.vramhub.api.model.RatingRound;
import io.vramhub.api.model.RatingRound.Entrant;
import io.vramhub.api.model.Standing;
import io.vramhub.protocol.rating.AbsenceDrift;
import io.vramhub.protocol.rating.PlackettLuce;
import io.vramhub.protocol.rating.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/**
 * Rates 1,000 random windows as the local ledger does and writes them down for the Move tests that
 * are generated from them, which must come to the same ratings and shares to the last unit, and for
 * the comparison with the npm library ({@code tool/ratings.mjs}).
 */
final class RatingWindowsTest {
  private static final Path VECTORS = Path.of("target", "rating-windows.json");
  private static final int WINDOWS_PER_NETWORK = 20;

  /** Miners of each network: small ones, where groups are few, up to the largest there may be. */
  private static final List<Integer> NETWORKS =
      List.of(
          1, 2, 2, 3, 3, 4, 4, 5, 6, 7, 8, 8, 9, 10, 11, 12, 13, 15, 16, 16, 17, 19, 21, 24, 25, 28,
          31, 32, 33, 36, 40, 45, 48, 53, 57, 61, 64, 64, 65, 72, 80, 88, 96, 101, 110, 127, 128,
          150, 199, 256);

  /** Miners, counted from 0, in a group tie; the best group first. Who is in none was absent. */
  record Window(List<List<Integer>> groups, List<After> after) {}

  /** A miner's rating, and its share of a pay that everyone earns. */
  record After(long mu, long sigma, long share) {}

  record Network(List<After> start, List<Window> windows) {}

  @Test
  void ratesAThousandRandomWindows() throws IOException {
    Random random = new Random(20_261_126);
    List<Network> networks = NETWORKS.stream().map(miners -> network(miners, random)).toList();

    List<Window> windows =
        networks.stream().flatMap(network -> network.windows().stream()).toList();
    assertThat(windows).hasSize(1_000);
    assertThat(windows.stream().filter(window -> largestGroup(window) > 1).count())
        .isGreaterThan(500);
    assertThat(windows.stream().map(RatingWindowsTest::largestGroup)).contains(0, 1, 256);
    assertThat(windows.stream().filter(window -> entrants(window) < window.after().size()).count())
        .isGreaterThan(500);
    assertThat(windows.stream().map(RatingWindowsTest::entrants)).contains(0, 1, 256);

    Files.createDirectories(VECTORS.getParent());
    Files.write(VECTORS, JsonMapper.shared().writeValueAsBytes(networks));
  }

  private static int entrants(Window window) {
    return window.groups().stream().mapToInt(List::size).sum();
  }

  private static int largestGroup(Window window) {
    return window.groups().stream().mapToInt(List::size).max().orElse(0);
  }

  private static Network network(int miners, Random random) {
    List<Rating> ratings = new ArrayList<>();
    for (int miner = 0; miner < miners; miner++) {
      ratings.add(random.nextBoolean() ? Rating.INITIAL : rating(random));
    }
    List<After> start = after(ratings);
    List<Window> windows = new ArrayList<>();
    for (int i = 0; i < WINDOWS_PER_NETWORK; i++) {
      List<List<Integer>> groups = groups(miners, random);
      rate(ratings, groups);
      windows.add(new Window(groups, after(ratings)));
    }
    return new Network(start, windows);
  }

  /** Anything a long history could lead to: means from -25 to 75, deviations from 0.5 to 12. */
  private static Rating rating(Random random) {
    return new Rating(
        random.nextLong(-25_000_000_000L, 75_000_000_000L),
        random.nextLong(500_000_000L, 12_000_000_000L));
  }

  private static List<After> after(List<Rating> ratings) {
    List<Standing> standings = new ArrayList<>();
    for (Rating rating : ratings) {
      standings.add(new Standing(new MinerUid(standings.size() + 1), rating, true));
    }
    SortedMap<MinerUid, Long> shares = Weights.shares(standings).nanos();
    return standings.stream()
        .map(
            standing ->
                new After(
                    standing.rating().muNanos(),
                    standing.rating().sigmaNanos(),
                    shares.getOrDefault(standing.miner(), 0L)))
        .toList();
  }

  /**
   * A random order of those present, cut into groups; how many are absent and how many tie varies.
   */
  private static List<List<Integer>> groups(int miners, Random random) {
    double present = random.nextInt(4) == 0 ? 1 : random.nextDouble();
    double ties =
        switch (random.nextInt(4)) {
          case 0 -> 0;
          case 1 -> 1;
          default -> random.nextDouble();
        };
    List<Integer> order = new ArrayList<>();
    for (int miner = 0; miner < miners; miner++) {
      if (random.nextDouble() < present) {
        order.add(miner);
      }
    }
    Collections.shuffle(order, random);
    List<List<Integer>> groups = new ArrayList<>();
    for (int miner : order) {
      if (groups.isEmpty() || random.nextDouble() >= ties) {
        groups.add(new ArrayList<>());
      }
      groups.getLast().add(miner);
    }
    return groups;
  }

  private static void rate(List<Rating> ratings, List<List<Integer>> groups) {
    List<Entrant> entrants = new ArrayList<>();
    for (int rank = 0; rank < groups.size(); rank++) {
      for (int miner : groups.get(rank)) {
        entrants.add(new Entrant(new MinerUid(miner + 1), ratings.get(miner), rank + 1));
      }
    }
    SortedMap<MinerUid, Rating> updated = PlackettLuce.update(new RatingRound(entrants)).ratings();
    ratings.replaceAll(AbsenceDrift::drifted);
    updated.forEach((miner, rating) -> ratings.set(miner.value() - 1, rating));
  }
}
