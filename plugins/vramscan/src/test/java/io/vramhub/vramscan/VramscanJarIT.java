package io.vramhub.vramscan;

import io.vramhub.tck.PluginJarContract;
import java.nio.file.Path;

final class VramscanJarIT implements PluginJarContract {
  @Override
  public Path jar() {
    return Path.of(System.getProperty("plugin.jar"));
  }
}
