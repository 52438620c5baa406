package io.vramhub.node.settings;

import com.typesafe.config.Config;

/** Which plugin fills a slot, and the subtree only that plugin sees. */
public record SlotSettings(String use, Config settings) {
  static SlotSettings read(
      SettingsReader reader, String slot, String defaultName, String documentation) {
    String use = reader.string(slot + ".use", defaultName, documentation);
    return new SlotSettings(
        use, reader.subtree(slot + "." + use, "Settings of the plugin '" + use + "'."));
  }
}
