package org.example.archive;

import io.vramhub.tck.PluginJarContract;
import java.nio.file.Path;

/** A node would load the jar. */
final class PluginJarIT implements PluginJarContract {
  @Override
  public Path jar() {
    return Path.of(System.getProperty("plugin.jar"));
  }
}
