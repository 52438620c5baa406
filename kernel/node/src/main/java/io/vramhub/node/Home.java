package io.vramhub.node;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the product lies: {@code bin lib plugins tiers corpus config docs}. */
public record Home(Path root) {
  /** The home the launcher names as {@code vramhub.home}. */
  public static Home locate() {
    String property = System.getProperty("vramhub.home", "");
    Path root = Path.of(property).toAbsolutePath();
    if (property.isEmpty() || !Files.isDirectory(root.resolve("plugins"))) {
      throw new HubException(
          ErrorCode.PREFLIGHT_FAILED,
          "the product's files are not at '"
              + root
              + "'; start it with bin/vramhub of the archive or the checkout");
    }
    return new Home(root);
  }

  public Path plugins() {
    return root.resolve("plugins");
  }

  public Path tiers() {
    return root.resolve("tiers");
  }

  public Path corpus() {
    return root.resolve("corpus");
  }

  public Path config() {
    return root.resolve("config");
  }
}
