package io.vramhub.storage.walrus;

import io.vramhub.tck.PluginJarContract;
import java.nio.file.Path;

final class WalrusStorageJarIT implements PluginJarContract {
  @Override
  public Path jar() {
    return Path.of(System.getProperty("plugin.jar"));
  }
}
