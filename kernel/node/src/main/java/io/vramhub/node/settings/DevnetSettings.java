package io.vramhub.node.settings;

import com.typesafe.config.Config;
import io.vramhub.kernel.pipeline.MinerSettings;
import java.util.List;

/** The rules and the miners of a devnet; how many of what comes from the command line. */
public record DevnetSettings(
    NetworkTemplate network, MinerSettings miner, List<ServiceSettings> services) {
  public static DevnetSettings read(Config config, String source) {
    SettingsReader reader = new SettingsReader(config, source);
    DevnetSettings settings = read(reader);
    reader.finish();
    return settings;
  }

  /** Reads the schema without the final check, for {@code config show}. */
  public static DevnetSettings read(SettingsReader reader) {
    return new DevnetSettings(
        NetworkTemplate.read(reader), MinerKeys.read(reader), ServiceSettings.readAll(reader));
  }
}
