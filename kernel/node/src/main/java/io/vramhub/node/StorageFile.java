package io.vramhub.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.node.key.PrivateFiles;
import io.vramhub.node.settings.SlotSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which storage a devnet uses, kept beside its data: a later start goes on with it, and commands
 * that read the data directory find the payloads. It may name secrets, so only its owner reads it.
 */
public final class StorageFile {
  private static final String USE = "use";
  private static final String SETTINGS = "settings";

  private StorageFile() {}

  /** Writes the file whole or not at all. */
  public static void write(Path file, SlotSettings storage) {
    Config content =
        ConfigFactory.empty()
            .withValue(USE, ConfigValueFactory.fromAnyRef(storage.use()))
            .withValue(SETTINGS, storage.settings().root());
    String text = content.root().render(ConfigRenderOptions.concise().setFormatted(true));
    try {
      PrivateFiles.write(file, text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new HubException(ErrorCode.DISK, "cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  /** What an earlier start wrote; empty if none did. */
  public static Optional<SlotSettings> read(Path file) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      Config content = ConfigFactory.parseString(Files.readString(file, StandardCharsets.UTF_8));
      return Optional.of(new SlotSettings(content.getString(USE), content.getConfig(SETTINGS)));
    } catch (IOException | ConfigException e) {
      throw new HubException(
          ErrorCode.CONFIG_INVALID,
          "cannot read "
              + file
              + ", which names the storage of this devnet: "
              + e.getMessage()
              + ". Restore the file, or remove it if the devnet uses local storage.",
          e);
    }
  }
}
