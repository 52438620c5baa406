package io.vramhub.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.node.key.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The section {@code storage} that a devnet runs with, kept beside its data: a later start goes on
 * with it, and commands that read the data directory find the payloads. It may name secrets, so
 * only its owner reads it.
 */
public final class StorageFile {
  private static final String SECTION = "storage";

  private StorageFile() {}

  /**
   * Writes the file whole or not at all.
   *
   * @param configuration of which the section is kept
   */
  public static void write(Path file, Config configuration) {
    String text =
        configuration
            .withOnlyPath(SECTION)
            .root()
            .render(ConfigRenderOptions.concise().setFormatted(true));
    try {
      PrivateFiles.write(file, text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new HubException(ErrorCode.DISK, "cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  /** A configuration with that section alone; empty if no devnet wrote one. */
  public static Optional<Config> read(Path file) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          ConfigFactory.parseString(Files.readString(file, StandardCharsets.UTF_8))
              .withOnlyPath(SECTION));
    } catch (IOException | ConfigException e) {
      throw new HubException(
          ErrorCode.CONFIG_INVALID,
          "cannot read "
              + file
              + ", which says where this devnet stores: "
              + e.getMessage()
              + ". Restore the file, or remove it if the devnet uses local storage.",
          e);
    }
  }
}
