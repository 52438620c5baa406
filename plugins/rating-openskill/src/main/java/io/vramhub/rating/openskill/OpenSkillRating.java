package io.vramhub.rating.openskill;

import io.vramhub.api.model.PayoutShares;
import io.vramhub.api.model.RatingRound;
import io.vramhub.api.model.RatingUpdate;
import io.vramhub.api.model.Standing;
import io.vramhub.api.spi.RatingAlgorithm;
import io.vramhub.protocol.rating.PlackettLuce;
import io.vramhub.protocol.rating.Weights;
import java.util.List;
import reactor.core.publisher.Mono;

/** The very functions the ledger finalizes windows with, so the two cannot drift apart. */
final class OpenSkillRating implements RatingAlgorithm {
  @Override
  public RatingUpdate update(RatingRound round) {
    return PlackettLuce.update(round);
  }

  @Override
  public PayoutShares shares(List<Standing> standings) {
    return Weights.shares(standings);
  }

  /** It holds nothing, so there is nothing to release. */
  @Override
  public Mono<Void> close() {
    return Mono.empty();
  }
}
