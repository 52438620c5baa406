package io.vramhub.node.settings;

import io.vramhub.api.model.DeviceSpec;
import io.vramhub.api.model.TrainingPlan;
import io.vramhub.kernel.pipeline.MinerSettings;

/** How a miner trains: its own choice, no rule of the network. */
final class MinerKeys {
  private MinerKeys() {}

  static MinerSettings read(SettingsReader reader) {
    return new MinerSettings(
        new DeviceSpec(
            reader.string("miner.device", "cpu", "Where to train: cpu or cuda:N."),
            (int)
                reader.integer(
                    "miner.threads", 0, 0, 4096, "Threads to train with; 0 takes all cores.")),
        new TrainingPlan.AdamW(
            (float)
                reader.decimal("miner.learning-rate", 0.003, 1e-8, 10, "AdamW's learning rate."),
            (float) reader.decimal("miner.beta1", 0.9, 0, 1, "AdamW's first decay."),
            (float) reader.decimal("miner.beta2", 0.95, 0, 1, "AdamW's second decay."),
            (float) reader.decimal("miner.epsilon", 1e-8, 0, 1, "AdamW's epsilon."),
            (float) reader.decimal("miner.weight-decay", 0.1, 0, 10, "AdamW's weight decay."),
            (float)
                reader.decimal("miner.clip-norm", 1.0, 1e-6, 1e6, "Largest global gradient norm.")),
        (int)
            reader.integer(
                "miner.claim-every",
                10,
                0,
                1_000_000,
                "Windows between claims of rewards; 0 never claims."));
  }
}
