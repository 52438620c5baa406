package io.vramhub.kernel.pipeline;

import io.vramhub.api.model.DeviceSpec;
import io.vramhub.api.model.TrainingPlan;

/**
 * What a miner's operator chooses.
 *
 * @param claimEvery windows between claims of rewards; 0 never claims
 */
public record MinerSettings(DeviceSpec device, TrainingPlan.AdamW optimizer, int claimEvery) {
  public MinerSettings {
    if (claimEvery < 0) {
      throw new IllegalArgumentException("miner.claim-every is not negative");
    }
  }
}
