package io.vramhub.kernel.pipeline;

import io.vramhub.api.model.MinerResult;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NanoNats;
import io.vramhub.api.model.Rating;
import io.vramhub.api.model.RatingRound;
import io.vramhub.api.model.RatingUpdate;
import io.vramhub.api.model.Verdict;
import io.vramhub.api.model.WindowResult;
import io.vramhub.api.spi.RatingAlgorithm;
import io.vramhub.kernel.plugin.ServiceSlot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * Recomputes a finalized window's ratings from its own lines (protocol section 7): accepted
 * gradients rank by held-out gain, equal gains tie, everything else ties last.
 */
final class RatingCheck {
  private final ServiceSlot<RatingAlgorithm> algorithms;
  private final ValidatorConsole console;

  RatingCheck(ServiceSlot<RatingAlgorithm> algorithms, ValidatorConsole console) {
    this.algorithms = algorithms;
    this.console = console;
  }

  /** Raises the alarm for each miner whose rating is not what the rule gives. */
  Mono<Void> check(WindowResult result) {
    return Mono.defer(
        () -> {
          console.windowFinal(result);
          return result.miners().isEmpty()
              ? Mono.empty()
              : algorithms
                  .use(
                      algorithm ->
                          Mono.fromSupplier(() -> algorithm.update(round(result.miners()))))
                  .doOnNext(recomputed -> compare(result, recomputed))
                  .then();
        });
  }

  private void compare(WindowResult result, RatingUpdate recomputed) {
    for (MinerResult line : result.miners()) {
      Rating expected = recomputed.ratings().getOrDefault(line.miner(), line.before());
      if (!expected.equals(line.after())) {
        console.ratingDiffers(result.window(), line.miner(), line.after(), expected);
      }
    }
  }

  static RatingRound round(List<MinerResult> lines) {
    List<MinerResult> best = new ArrayList<>(lines);
    best.sort(
        Comparator.comparing(RatingCheck::key, RatingCheck::compare)
            .thenComparing(MinerResult::miner));
    List<RatingRound.Entrant> entrants = new ArrayList<>();
    int rank = 0;
    Optional<Optional<NanoNats>> previous = Optional.empty();
    for (int place = 0; place < best.size(); place++) {
      MinerResult line = best.get(place);
      if (!previous.equals(Optional.of(key(line)))) {
        rank = place + 1;
        previous = Optional.of(key(line));
      }
      entrants.add(new RatingRound.Entrant(line.miner(), line.before(), rank));
    }
    entrants.sort(
        Comparator.comparing(RatingRound.Entrant::miner, Comparator.<MinerUid>naturalOrder()));
    return new RatingRound(entrants);
  }

  /** The gain to rank by; empty ranks last. */
  private static Optional<NanoNats> key(MinerResult line) {
    return line.verdict() == Verdict.ACCEPTED ? Optional.of(line.heldoutGain()) : Optional.empty();
  }

  /** Greater gains first, none last. */
  private static int compare(Optional<NanoNats> left, Optional<NanoNats> right) {
    if (left.isPresent() && right.isPresent()) {
      return right.get().compareTo(left.get());
    }
    return Boolean.compare(left.isEmpty(), right.isEmpty());
  }
}
