package io.vramhub.framework.djl;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.TreeSet;

/**
 * The settings under {@code framework.djl}.
 *
 * @param cache where the native libraries are unpacked (about 430 MB), shared by all nodes of a
 *     machine; {@code ~/.cache/vramhub/djl} unless set
 */
record DjlSettings(Path cache) {
  private static final String CACHE = "cache";

  /**
   * @throws HubException {@code CONFIG_INVALID} with the key
   */
  static DjlSettings from(Config config) {
    TreeSet<String> unknown = new TreeSet<>(config.root().keySet());
    unknown.remove(CACHE);
    if (!unknown.isEmpty()) {
      throw new HubException(
          ErrorCode.CONFIG_INVALID,
          "framework.djl." + unknown.first() + " is not a setting; known is: " + CACHE);
    }
    try {
      return new DjlSettings(
          config.hasPath(CACHE) ? Path.of(config.getString(CACHE)) : defaultCache());
    } catch (ConfigException | InvalidPathException e) {
      throw new HubException(
          ErrorCode.CONFIG_INVALID,
          "framework.djl." + CACHE + " is not a directory name: " + e.getMessage(),
          e);
    }
  }

  private static Path defaultCache() {
    return Path.of(System.getProperty("user.home"), ".cache", "vramhub", "djl");
  }
}
