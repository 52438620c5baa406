package io.vramhub.rating.openskill;

import io.vramhub.api.model.Digest;
import io.vramhub.tck.RatingAlgorithmContract;
import java.util.Optional;

final class OpenSkillContractTest implements RatingAlgorithmContract {
  @Override
  public OpenSkillProvider provider() {
    return new OpenSkillProvider();
  }

  @Override
  public Optional<Digest> pinnedHistory() {
    return Optional.of(
        Digest.ofHex("b2f4d8ff7b64283077bda326998dcd5a0dfc2d28cf2dfe8fba11a61f0fe1ab5a"));
  }
}
