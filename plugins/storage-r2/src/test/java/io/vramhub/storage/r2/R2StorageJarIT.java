package io.vramhub.storage.r2;

import io.vramhub.tck.PluginJarContract;
import java.nio.file.Path;

final class R2StorageJarIT implements PluginJarContract {
  @Override
  public Path jar() {
    return Path.of(System.getProperty("plugin.jar"));
  }
}
