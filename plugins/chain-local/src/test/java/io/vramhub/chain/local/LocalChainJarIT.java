package io.vramhub.chain.local;

import io.vramhub.tck.PluginJarContract;
import java.nio.file.Path;

final class LocalChainJarIT implements PluginJarContract {
  @Override
  public Path jar() {
    return Path.of(System.getProperty("plugin.jar"));
  }
}
