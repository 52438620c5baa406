package io.vramhub.node.cli;

import io.vramhub.kernel.plugin.PluginDirectory;
import io.vramhub.node.Home;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which plugins a command is about. */
final class PluginOptions {
  @Option(
      names = "--plugins",
      paramLabel = "DIR",
      description = "The plugins directory (default: the product's own).")
  private Optional<Path> directory = Optional.empty();

  Path path() {
    return directory.orElseGet(() -> Home.locate().plugins());
  }

  PluginDirectory directory() {
    return new PluginDirectory(path());
  }
}
