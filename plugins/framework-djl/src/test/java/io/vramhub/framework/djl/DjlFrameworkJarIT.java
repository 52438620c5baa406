package io.vramhub.framework.djl;

import io.vramhub.tck.PluginJarContract;
import java.nio.file.Path;

final class DjlFrameworkJarIT implements PluginJarContract {
  @Override
  public Path jar() {
    return Path.of(System.getProperty("plugin.jar"));
  }
}
