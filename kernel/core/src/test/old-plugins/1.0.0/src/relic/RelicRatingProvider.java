package relic;

import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.PayoutShares;
import io.vramhub.api.model.Rating;
import io.vramhub.api.model.RatingRound;
import io.vramhub.api.model.RatingUpdate;
import io.vramhub.api.model.Standing;
import io.vramhub.api.spi.PluginContext;
import io.vramhub.api.spi.RatingAlgorithm;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import reactor.core.publisher.Mono;

public final class RelicRatingProvider implements RatingAlgorithm.Provider {
  @Override
  public String name() {
    return "relic";
  }

  @Override
  public Mono<RatingAlgorithm> open(PluginContext context) {
    return Mono.fromSupplier(WinnerTakesAll::new);
  }

  private static final class WinnerTakesAll implements RatingAlgorithm {
    @Override
    public RatingUpdate update(RatingRound round) {
      TreeMap<MinerUid, Rating> ratings = new TreeMap<>();
      for (RatingRound.Entrant entrant : round.entrants()) {
        ratings.put(
            entrant.miner(),
            new Rating(entrant.rating().muNanos() - entrant.rank(), entrant.rating().sigmaNanos()));
      }
      return new RatingUpdate(ratings);
    }

    @Override
    public PayoutShares shares(List<Standing> standings) {
      return standings.stream()
          .filter(Standing::eligible)
          .max(Comparator.comparing(standing -> standing.rating().ordinalNanos()))
          .map(best -> new PayoutShares(new TreeMap<>(Map.of(best.miner(), PayoutShares.WHOLE))))
          .orElseGet(() -> new PayoutShares(new TreeMap<>()));
    }

    @Override
    public Mono<Void> close() {
      return Mono.empty();
    }
  }
}
