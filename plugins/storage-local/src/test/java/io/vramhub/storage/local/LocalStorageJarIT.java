package io.vramhub.storage.local;

import io.vramhub.tck.PluginJarContract;
import java.nio.file.Path;

final class LocalStorageJarIT implements PluginJarContract {
  @Override
  public Path jar() {
    return Path.of(System.getProperty("plugin.jar"));
  }
}
