package io.vramhub.tck;

import io.vramhub.api.model.Digest;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.Rating;
import io.vramhub.api.model.RatingRound;
import io.vramhub.api.model.RatingRound.Entrant;
import io.vramhub.api.model.Standing;
import io.vramhub.api.spi.RatingAlgorithm;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Windows of a network of 24 miners, drawn from a fixed seed: in each, some take part, some tie,
 * and what one window makes of a rating goes into the next.
 */
final class RatingHistory {
  static final int WINDOWS = 250;

  private static final int MINERS = 24;
  private static final long SEED = 7;

  private RatingHistory() {}

  /** Miners of the initial rating, ranked by uid. */
  static RatingRound newcomers(int miners) {
    return new RatingRound(
        IntStream.rangeClosed(1, miners)
            .mapToObj(uid -> new Entrant(new MinerUid(uid), Rating.INITIAL, uid))
            .toList());
  }

  /** The newcomers after one round; every third is not eligible. */
  static List<Standing> standings(RatingAlgorithm rating, int miners) {
    return rating.update(newcomers(miners)).ratings().entrySet().stream()
        .map(
            entry ->
                new Standing(entry.getKey(), entry.getValue(), entry.getKey().value() % 3 != 0))
        .toList();
  }

  /** SHA-256 over every rating and share of the first windows, as big-endian 64-bit integers. */
  static Digest digest(RatingAlgorithm rating, int windows) {
    SplittableRandom random = new SplittableRandom(SEED);
    SortedMap<MinerUid, Rating> ratings = new TreeMap<>();
    MessageDigest hash = Digest.newSha256();
    for (int window = 0; window < windows; window++) {
      ratings.putAll(rating.update(drawn(random, ratings)).ratings());
      ratings.forEach(
          (miner, after) -> put(hash, miner.value(), after.muNanos(), after.sigmaNanos()));
      List<Standing> standings =
          ratings.entrySet().stream()
              .map(entry -> new Standing(entry.getKey(), entry.getValue(), random.nextInt(4) != 0))
              .toList();
      rating.shares(standings).nanos().forEach((miner, share) -> put(hash, miner.value(), share));
    }
    return Digest.of(hash.digest());
  }

  private static RatingRound drawn(SplittableRandom random, SortedMap<MinerUid, Rating> ratings) {
    int ranks = 1 + random.nextInt(MINERS);
    return new RatingRound(
        IntStream.rangeClosed(1, MINERS)
            .filter(uid -> random.nextInt(3) != 0)
            .mapToObj(MinerUid::new)
            .map(
                miner ->
                    new Entrant(
                        miner,
                        ratings.getOrDefault(miner, Rating.INITIAL),
                        1 + random.nextInt(ranks)))
            .toList());
  }

  private static void put(MessageDigest hash, long... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES);
    for (long value : values) {
      bytes.putLong(value);
    }
    hash.update(bytes.flip());
  }
}
