package io.vramhub.node.settings;

import com.typesafe.config.Config;
import io.vramhub.api.model.Role;
import io.vramhub.kernel.pipeline.MinerSettings;
import io.vramhub.kernel.pipeline.adversary.Adversary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One node that runs one role as its own process. */
public record NodeSettings(
    Role role,
    Path dataDirectory,
    Path dataset,
    String label,
    Path keystore,
    Path passwordFile,
    long stake,
    String strategy,
    SlotSettings chain,
    StorageSettings storage,
    SlotSettings sealer,
    SlotSettings framework,
    SlotSettings evaluator,
    SlotSettings rating,
    List<ServiceSettings> services,
    MinerSettings miner) {
  private static List<String> strategies() {
    List<String> words = new ArrayList<>(List.of("honest"));
    words.addAll(Adversary.words());
    return words;
  }

  /** Everything a node's file may say. */
  public static NodeSettings read(Config config, String source) {
    return new Configuration<>(() -> config, source, NodeSettings::read).read().settings();
  }

  /** Reads the schema without the final check, for {@code config show}. */
  public static NodeSettings read(SettingsReader reader) {
    String role =
        reader.choice(
            "node.role",
            List.of("miner", "validator", "aggregator", "observer"),
            "observer",
            "What this node does.");
    return new NodeSettings(
        Role.valueOf(role.toUpperCase(Locale.ROOT)),
        Path.of(
            reader.string(
                "node.data-directory", "vramhub-data", "Where the node keeps its state.")),
        Path.of(
            reader.string(
                "node.dataset",
                "vramhub-data/dataset",
                "A dataset made by `vramhub dataset prepare`.")),
        reader.string("node.label", "", "A name shown to others; may be empty."),
        Path.of(
            reader.string(
                "node.keystore",
                "vramhub-data/node.key",
                "Encrypted key file made by `vramhub key create`.")),
        Path.of(
            reader.string(
                "node.password-file",
                "vramhub-data/node.password",
                "File with the key's password, mode 0600.")),
        reader.integer("node.stake", 10, 0, 1_000_000_000, "Bond at registration, in SUI."),
        reader.choice(
            "miner.strategy",
            strategies(),
            "honest",
            "How a miner behaves; all but honest are for tests of a network."),
        reader.slot("chain", "local", "Plugin that reaches the chain."),
        StorageSettings.read(reader),
        reader.slot("sealer", "seal", "Plugin that seals payloads."),
        reader.slot("framework", "djl", "Plugin that trains."),
        reader.slot("evaluator", "enclave", "Plugin that reaches the validator's enclave."),
        reader.slot("rating", "openskill", "Plugin that rates."),
        ServiceSettings.readAll(reader),
        MinerKeys.read(reader));
  }
}
