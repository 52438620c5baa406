package io.vramhub.node.settings;

import com.typesafe.config.Config;
import io.vramhub.kernel.pipeline.MinerSettings;
import java.util.List;

/**
 * The rules, miners, slots and guests of a devnet; how many of what comes from the command line.
 *
 * @param evaluator fills a slot {@code evaluator-N} for each validator
 */
public record DevnetSettings(
    NetworkTemplate network,
    MinerSettings miner,
    SlotSettings chain,
    StorageSettings storage,
    SlotSettings sealer,
    SlotSettings framework,
    SlotSettings evaluator,
    SlotSettings rating,
    List<ServiceSettings> services) {
  public static DevnetSettings read(Config config, String source) {
    return new Configuration<>(() -> config, source, DevnetSettings::read).read().settings();
  }

  /** Reads the schema without the final check, for {@code config show}. */
  public static DevnetSettings read(SettingsReader reader) {
    return new DevnetSettings(
        NetworkTemplate.read(reader),
        MinerKeys.read(reader),
        reader.slot(
            "chain", "local", "Plugin that reaches the chain; local is the devnet's own ledger."),
        StorageSettings.read(reader),
        reader.slot("sealer", "seal", "Plugin that seals payloads."),
        reader.slot("framework", "djl", "Plugin that trains."),
        reader.slot(
            "evaluator", "enclave", "Plugin that reaches the enclaves; told their endpoints."),
        reader.slot("rating", "openskill", "Plugin that rates."),
        ServiceSettings.readAll(reader));
  }
}
