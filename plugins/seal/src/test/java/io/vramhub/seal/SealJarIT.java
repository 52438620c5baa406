package io.vramhub.seal;

import io.vramhub.tck.PluginJarContract;
import java.nio.file.Path;

final class SealJarIT implements PluginJarContract {
  @Override
  public Path jar() {
    return Path.of(System.getProperty("plugin.jar"));
  }
}
