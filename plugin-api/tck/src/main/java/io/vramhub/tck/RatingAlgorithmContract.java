package io.vramhub.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.model.Digest;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.PayoutShares;
import io.vramhub.api.model.Rating;
import io.vramhub.api.model.RatingRound;
import io.vramhub.api.model.RatingRound.Entrant;
import io.vramhub.api.model.RatingUpdate;
import io.vramhub.api.model.Standing;
import io.vramhub.api.spi.RatingAlgorithm;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * What every {@link RatingAlgorithm} owes: the same answer on every machine, nobody forgotten,
 * equals treated alike, and pay that a better rating never lessens.
 */
public interface RatingAlgorithmContract extends ServiceContract<RatingAlgorithm> {
  @Override
  RatingAlgorithm.Provider provider();

  /**
   * SHA-256 over what the algorithm makes of a fixed history of windows. An author pins it once the
   * algorithm is final: then another machine, a library's update or a change of the code that
   * alters a single billionth is found out. A failure tells the digest.
   */
  default Optional<Digest> pinnedHistory() {
    return Optional.empty();
  }

  /** A rating is pure: it answers at once, by value, and holds nothing that closing could end. */
  @Override
  default Map<String, Supplier<Publisher<?>>> calls(RatingAlgorithm rating) {
    return Map.of();
  }

  @Test
  default void ratesEveryEntrantAndNobodyElse(RatingAlgorithm rating) {
    for (int miners : new int[] {0, 1, 2, 3, 16, 256}) {
      RatingRound round = RatingHistory.newcomers(miners);
      assertThat(rating.update(round).ratings().keySet())
          .as("rated of %d miners", miners)
          .containsExactlyElementsOf(round.entrants().stream().map(Entrant::miner).toList());
    }
  }

  @Test
  default void equalsWithEqualRanksAreTreatedAlike(RatingAlgorithm rating) {
    List<Entrant> tied =
        IntStream.rangeClosed(1, 5)
            .mapToObj(uid -> new Entrant(new MinerUid(uid), Rating.INITIAL, uid <= 3 ? 1 : 4))
            .toList();
    RatingUpdate update = rating.update(new RatingRound(tied));
    assertThat(List.of(after(update, 2), after(update, 3))).containsOnly(after(update, 1));
    assertThat(after(update, 5)).isEqualTo(after(update, 4));
  }

  @Test
  default void amongEqualsABetterRankNeverRatesLower(RatingAlgorithm rating) {
    RatingUpdate update = rating.update(RatingHistory.newcomers(16));
    List<Long> skills = update.ratings().values().stream().map(Rating::muNanos).toList();
    assertThat(skills).isSortedAccordingTo(Collections.reverseOrder());
    assertThat(skills.getFirst()).isGreaterThan(skills.getLast());
  }

  @Test
  default void answersTheSameForTheSameRound(RatingAlgorithm rating) {
    Digest first = RatingHistory.digest(rating, 50);
    assertThat(RatingHistory.digest(rating, 50)).isEqualTo(first);
  }

  @Test
  default void answersTheSameOnManyThreadsAtATime(RatingAlgorithm rating) {
    Digest alone = RatingHistory.digest(rating, 50);
    Scheduler callers = Schedulers.newParallel("tck-caller", 4, true);
    try {
      List<Digest> together =
          Signals.all(
              Flux.range(0, 8)
                  .flatMap(
                      i ->
                          Mono.fromCallable(() -> RatingHistory.digest(rating, 50))
                              .subscribeOn(callers),
                      8));
      assertThat(together).hasSize(8).containsOnly(alone);
    } finally {
      callers.dispose();
    }
  }

  @Test
  default void remembersNothing(TestPluginContext context) {
    RatingAlgorithm used = opened(context);
    RatingHistory.digest(used, 100);
    RatingAlgorithm fresh = opened(context);
    assertThat(used.update(RatingHistory.newcomers(8)))
        .isEqualTo(fresh.update(RatingHistory.newcomers(8)));
    Signals.completes(used.close());
    Signals.completes(fresh.close());
  }

  @Test
  default void answersTheFixedHistoryAsPinned(RatingAlgorithm rating) {
    Digest digest = RatingHistory.digest(rating, RatingHistory.WINDOWS);
    assertThat(digest)
        .as("digest of the history; pin it in pinnedHistory()")
        .isEqualTo(pinnedHistory().orElse(digest));
  }

  @Test
  default void paysEligibleMinersOnly(RatingAlgorithm rating) {
    List<Standing> standings = RatingHistory.standings(rating, 32);
    PayoutShares shares = rating.shares(standings);
    assertThat(shares.nanos().keySet())
        .isSubsetOf(standings.stream().filter(Standing::eligible).map(Standing::miner).toList());
    assertThat(shares.nanos().values()).allMatch(share -> share >= 0);
  }

  @Test
  default void paysNobodyWhereNobodyIsEligible(RatingAlgorithm rating) {
    assertThat(rating.shares(List.of()).nanos()).isEmpty();
    List<Standing> none =
        RatingHistory.standings(rating, 8).stream()
            .map(standing -> new Standing(standing.miner(), standing.rating(), false))
            .toList();
    assertThat(rating.shares(none).nanos()).isEmpty();
  }

  @Test
  default void neverPaysABetterRatingLess(RatingAlgorithm rating) {
    List<Standing> ladder =
        IntStream.rangeClosed(1, 32)
            .mapToObj(
                uid ->
                    new Standing(
                        new MinerUid(uid), new Rating(uid * 2_000_000_000L, 3_000_000_000L), true))
            .toList();
    PayoutShares shares = rating.shares(ladder);
    List<Long> paid =
        ladder.stream().map(each -> shares.nanos().getOrDefault(each.miner(), 0L)).toList();
    assertThat(paid).isSorted();
    assertThat(paid.getLast()).isPositive();
  }

  @Test
  default void paysTheSameWhateverTheOrderOfTheStandings(RatingAlgorithm rating) {
    List<Standing> standings = RatingHistory.standings(rating, 32);
    PayoutShares shares = rating.shares(standings);
    for (int seed = 0; seed < 20; seed++) {
      List<Standing> shuffled = new ArrayList<>(standings);
      Collections.shuffle(shuffled, new Random(seed));
      assertThat(rating.shares(shuffled)).as("shuffled with seed %d", seed).isEqualTo(shares);
    }
  }

  private static Rating after(RatingUpdate update, int uid) {
    return Optional.ofNullable(update.ratings().get(new MinerUid(uid))).orElseThrow();
  }
}
