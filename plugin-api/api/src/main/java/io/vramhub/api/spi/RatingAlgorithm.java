package io.vramhub.api.spi;

import io.vramhub.api.model.PayoutShares;
import io.vramhub.api.model.RatingRound;
import io.vramhub.api.model.RatingUpdate;
import io.vramhub.api.model.Standing;
import java.util.List;

/**
 * Rates miners and weighs their pay. Pure: no clock, no randomness, no I/O, the same answer on
 * every machine.
 */
public interface RatingAlgorithm extends HubService {
  /** The provider kind for the service files. */
  interface Provider extends ServiceProvider<RatingAlgorithm> {}

  RatingUpdate update(RatingRound round);

  /** Shares over the eligible miners; none if no miner earns. */
  PayoutShares shares(List<Standing> standings);
}
