package io.vramhub.tck;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.PayoutShares;
import io.vramhub.api.model.Rating;
import io.vramhub.api.model.RatingRound;
import io.vramhub.api.model.RatingRound.Entrant;
import io.vramhub.api.model.RatingUpdate;
import io.vramhub.api.model.Standing;
import io.vramhub.api.spi.PluginContext;
import io.vramhub.api.spi.RatingAlgorithm;
import io.vramhub.protocol.rating.PlackettLuce;
import io.vramhub.protocol.rating.Weights;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Mono;

/** The protocol's rating, with the fault that a test has chosen. */
public final class FaultyRatingProvider implements RatingAlgorithm.Provider {
  @Override
  public String name() {
    return "faulty";
  }

  @Override
  public Mono<RatingAlgorithm> open(PluginContext context) {
    return context.settings().isEmpty()
        ? Mono.fromSupplier(() -> new Faulty(RatingCanariesTest.fault(), new AtomicLong()))
        : Mono.error(
            new HubException(
                ErrorCode.CONFIG_INVALID, "no settings: " + context.settings().root().keySet()));
  }

  private record Faulty(RatingFault fault, AtomicLong calls) implements RatingAlgorithm {
    @Override
    public RatingUpdate update(RatingRound round) {
      long call = calls.getAndIncrement();
      return switch (fault) {
        case REWARDS_LOSERS -> PlackettLuce.update(upsideDown(round));
        case FORGETS_A_MINER -> {
          TreeMap<MinerUid, Rating> ratings = new TreeMap<>(PlackettLuce.update(round).ratings());
          ratings.pollLastEntry();
          yield new RatingUpdate(ratings);
        }
        case LOVES_LOW_NUMBERS -> moved(round, miner -> 100 - miner.value());
        case DRAWS_LOTS, KEEPS_STATE, REMEMBERS -> moved(round, miner -> call);
        case OFF_BY_A_BILLIONTH -> moved(round, miner -> 1);
        default -> PlackettLuce.update(round);
      };
    }

    private static RatingRound upsideDown(RatingRound round) {
      return new RatingRound(
          round.entrants().stream()
              .map(each -> new Entrant(each.miner(), each.rating(), 1_000 - each.rank()))
              .toList());
    }

    /** How far a miner's rating is off, in billionths. */
    @FunctionalInterface
    private interface Offset {
      long of(MinerUid miner);
    }

    private static RatingUpdate moved(RatingRound round, Offset offset) {
      SortedMap<MinerUid, Rating> moved = new TreeMap<>();
      PlackettLuce.update(round)
          .ratings()
          .forEach(
              (miner, right) ->
                  moved.put(
                      miner, new Rating(right.muNanos() + offset.of(miner), right.sigmaNanos())));
      return new RatingUpdate(moved);
    }

    @Override
    public PayoutShares shares(List<Standing> standings) {
      return switch (fault) {
        case PAYS_EVERYBODY -> Weights.shares(standings.stream().map(Faulty::eligible).toList());
        case PAYS_SOMEBODY_ALWAYS -> all(new MinerUid(1));
        case PAYS_THE_WORST -> paid(standings.stream().sorted(BY_RATING).toList());
        case PAYS_THE_FIRST -> paid(standings);
        default -> Weights.shares(standings);
      };
    }

    private static final Comparator<Standing> BY_RATING =
        Comparator.comparing(standing -> standing.rating().muNanos());

    private static Standing eligible(Standing standing) {
      return new Standing(standing.miner(), new Rating(9_000_000_000L, 1), true);
    }

    private static PayoutShares paid(List<Standing> standings) {
      return standings.stream()
          .filter(Standing::eligible)
          .findFirst()
          .map(first -> all(first.miner()))
          .orElseGet(() -> new PayoutShares(new TreeMap<>()));
    }

    private static PayoutShares all(MinerUid miner) {
      return new PayoutShares(new TreeMap<>(Map.of(miner, PayoutShares.WHOLE)));
    }

    @Override
    public Mono<Void> close() {
      return Mono.empty();
    }
  }
}
