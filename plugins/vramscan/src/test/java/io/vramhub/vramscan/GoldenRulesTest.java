package io.vramhub.vramscan;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.model.Coins;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.Rating;
import io.vramhub.api.model.RatingRound;
import io.vramhub.api.model.RatingUpdate;
import io.vramhub.protocol.checkpoint.CheckpointTree;
import io.vramhub.protocol.data.FeistelPermutation;
import io.vramhub.protocol.data.PageTree;
import io.vramhub.protocol.rating.AbsenceDrift;
import io.vramhub.protocol.rating.PlackettLuce;
import io.vramhub.protocol.reward.EmissionSchedule;
import io.vramhub.protocol.reward.LargestRemainder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes down what the protocol's rules answer in corners a recorded network does not reach; the
 * rules in TypeScript are held to the same file ({@code web/test/verify/golden.test.ts}). Run with
 * {@code -Dgolden.write=true} after the rules have changed on purpose.
 */
class GoldenRulesTest {
  private static final Path FILE = Path.of("web/test/recorded/golden-rules.json");
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final long SEED = 20_261_127;

  private final SplittableRandom random = new SplittableRandom(SEED);

  @Test
  void theVectorsOfThePagesAreWhatTheRulesSay() throws IOException {
    TreeMap<String, Object> vectors = new TreeMap<>();
    vectors.put("ratings", many(60, this::round));
    vectors.put("drifts", many(20, this::drift));
    vectors.put("remainders", many(40, this::remainder));
    vectors.put("emissions", emissions());
    vectors.put("permutations", many(30, this::permutation));
    vectors.put("checkpoints", checkpoints());
    vectors.put("pages", pages());

    String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(vectors) + "\n";
    if (Boolean.getBoolean("golden.write")) {
      Files.writeString(FILE, text, StandardCharsets.UTF_8);
    }
    assertThat(Files.readString(FILE, StandardCharsets.UTF_8)).isEqualTo(text);
  }

  private static List<Object> many(int count, Supplier<Object> vector) {
    List<Object> vectors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      vectors.add(vector.get());
    }
    return vectors;
  }

  private Rating rating() {
    return new Rating(
        random.nextLong(-60_000_000_000L, 90_000_000_000L), random.nextLong(1, 9_000_000_000L));
  }

  private static List<String> text(Rating rating) {
    return List.of(Long.toString(rating.muNanos()), Long.toString(rating.sigmaNanos()));
  }

  /** A round with many ties, of one to a dozen entrants. */
  private Object round() {
    List<RatingRound.Entrant> entrants = new ArrayList<>();
    int size = random.nextInt(1, 13);
    for (int uid = 1; uid <= size; uid++) {
      Rating rating = random.nextInt(4) == 0 ? Rating.INITIAL : rating();
      entrants.add(new RatingRound.Entrant(new MinerUid(uid), rating, random.nextInt(1, size + 1)));
    }
    RatingUpdate update = PlackettLuce.update(new RatingRound(entrants));
    List<Object> lines = new ArrayList<>();
    for (RatingRound.Entrant entrant : entrants) {
      TreeMap<String, Object> line = new TreeMap<>();
      line.put("rank", entrant.rank());
      line.put("before", text(entrant.rating()));
      line.put("after", text(Objects.requireNonNull(update.ratings().get(entrant.miner()))));
      lines.add(line);
    }
    return lines;
  }

  private Object drift() {
    Rating rating = rating();
    return List.of(text(rating), text(AbsenceDrift.drifted(rating)));
  }

  private Object remainder() {
    long whole = random.nextLong(0, 70_000_000_000L);
    List<BigInteger> weights = new ArrayList<>();
    for (int i = random.nextInt(0, 9); i > 0; i--) {
      weights.add(
          random.nextInt(5) == 0
              ? BigInteger.ZERO
              : BigInteger.valueOf(random.nextLong(1, 4_000_000)).pow(2));
    }
    TreeMap<String, Object> vector = new TreeMap<>();
    vector.put("whole", Long.toString(whole));
    vector.put("weights", weights.stream().map(BigInteger::toString).toList());
    vector.put(
        "shares",
        Arrays.stream(LargestRemainder.divide(whole, weights)).mapToObj(Long::toString).toList());
    return vector;
  }

  /** Around both thresholds, to the unit. */
  private Object emissions() {
    List<Object> vectors = new ArrayList<>();
    for (Coins threshold : List.of(EmissionSchedule.FIRST_THRESHOLD, EmissionSchedule.CAP)) {
      for (long distance :
          new long[] {-70_000_000_001L, -70_000_000_000L, -35_000_000_000L, -3, -1, 0, 1}) {
        long issued = threshold.baseUnits() + distance;
        vectors.add(
            List.of(
                Long.toString(issued),
                Long.toString(EmissionSchedule.emission(new Coins(issued)).baseUnits())));
      }
    }
    return vectors;
  }

  private Object permutation() {
    byte[] key = new byte[Digest.LENGTH];
    random.nextBytes(key);
    long size = random.nextBoolean() ? random.nextLong(1, 20) : random.nextLong(1, 1L << 40);
    long position = random.nextLong(size);
    return List.of(
        Digest.of(key).hex(),
        Long.toString(size),
        Long.toString(position),
        Long.toString(new FeistelPermutation(key, size).at(position)));
  }

  /** Files of no, one and several leaves; byte {@code i} is {@code i * 31 + length}. */
  private static Object checkpoints() throws IOException {
    List<Object> vectors = new ArrayList<>();
    for (int length : new int[] {0, 1, 1 << 20, (1 << 20) + 1, 5 * (1 << 20) + 77}) {
      byte[] file = new byte[length];
      for (int i = 0; i < length; i++) {
        file[i] = (byte) (i * 31 + length);
      }
      try (var channel = Channels.newChannel(new ByteArrayInputStream(file))) {
        vectors.add(List.of(length, CheckpointTree.of(channel).root().hex()));
      }
    }
    return vectors;
  }

  private Object pages() {
    List<Object> vectors = new ArrayList<>();
    for (int count : new int[] {1, 2, 3, 7, 12}) {
      byte[][] pages = new byte[count][];
      for (int i = 0; i < count; i++) {
        pages[i] = new byte[16];
        random.nextBytes(pages[i]);
      }
      PageTree tree = PageTree.build(count, index -> pages[(int) index]);
      for (int i = 0; i < count; i++) {
        TreeMap<String, Object> vector = new TreeMap<>();
        vector.put("pages", count);
        vector.put("index", i);
        vector.put("page", HexFormat.of().formatHex(pages[i]));
        vector.put("path", tree.path(i).stream().map(Digest::hex).toList());
        vector.put("root", tree.root().hex());
        vectors.add(vector);
      }
    }
    return vectors;
  }
}
