package io.vramhub.api.model;

import java.util.List;

/**
 * The inner steps of one window.
 *
 * @param batches one per step, in order
 * @param optimizer AdamW, the miner's own choice
 */
public record TrainingPlan(List<TokenBatch> batches, AdamW optimizer) {
  public TrainingPlan {
    batches = List.copyOf(batches);
  }

  /**
   * Decoupled weight decay Adam (Loshchilov and Hutter, 2019) with clipping of the global gradient
   * norm.
   */
  public record AdamW(
      float learningRate,
      float beta1,
      float beta2,
      float epsilon,
      float weightDecay,
      float clipNorm) {}
}
