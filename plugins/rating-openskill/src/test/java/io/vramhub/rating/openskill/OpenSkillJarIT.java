package io.vramhub.rating.openskill;

import io.vramhub.tck.PluginJarContract;
import java.nio.file.Path;

final class OpenSkillJarIT implements PluginJarContract {
  @Override
  public Path jar() {
    return Path.of(System.getProperty("plugin.jar"));
  }
}
