package ${package};

import io.vramhub.api.spi.RatingAlgorithm;
import io.vramhub.tck.RatingAlgorithmContract;

/** Passes what every rating must pass; the contract brings the tests. */
final class PlaceRatingTest implements RatingAlgorithmContract {
  @Override
  public RatingAlgorithm.Provider provider() {
    return new RatingProvider();
  }
}
