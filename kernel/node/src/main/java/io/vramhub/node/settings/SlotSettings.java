package io.vramhub.node.settings;

import com.typesafe.config.Config;

/** Which plugin fills a slot, and the subtree only that plugin sees. */
public record SlotSettings(String use, Config settings) {
  /** The storage that a devnet's configuration names. */
  public static SlotSettings storage(Config configuration, String source) {
    return new SettingsReader(configuration, source)
        .slot("storage", "local", "Plugin that stores payloads and checkpoints.");
  }
}
