package io.vramhub.kernel.fake;

import io.vramhub.api.model.PayoutShares;
import io.vramhub.api.model.Rating;
import io.vramhub.api.model.RatingRound;
import io.vramhub.api.model.RatingUpdate;
import io.vramhub.api.model.Standing;
import io.vramhub.api.spi.RatingAlgorithm;
import io.vramhub.protocol.rating.PlackettLuce;
import io.vramhub.protocol.rating.Weights;
import java.util.List;
import java.util.TreeMap;
import reactor.core.publisher.Mono;

/** The protocol's rating, or one that is off by a billionth. */
public record FakeRating(boolean wrong) implements RatingAlgorithm {
  @Override
  public RatingUpdate update(RatingRound round) {
    RatingUpdate right = PlackettLuce.update(round);
    if (!wrong) {
      return right;
    }
    TreeMap<io.vramhub.api.model.MinerUid, Rating> off = new TreeMap<>();
    right
        .ratings()
        .forEach(
            (miner, rating) ->
                off.put(miner, new Rating(rating.muNanos() + 1, rating.sigmaNanos())));
    return new RatingUpdate(off);
  }

  @Override
  public PayoutShares shares(List<Standing> standings) {
    return Weights.shares(standings);
  }

  @Override
  public Mono<Void> close() {
    return Mono.empty();
  }
}
