package io.vramhub.node.cli;

import io.vramhub.node.Home;
import io.vramhub.node.ReadOnlyNetwork;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which network a reading command reads: a data directory's, or the one a node's file names. */
final class NetworkOptions {
  @Mixin private GlobalOptions global = new GlobalOptions();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "A node's configuration, instead of a data directory.")
  private Optional<Path> config = Optional.empty();

  ReadOnlyNetwork open() {
    return ReadOnlyNetwork.open(
        Home.locate(), global.dataDirectory(), config, CommandClock.system());
  }

  /** As {@link ReadOnlyNetwork#openUnchecked}. */
  ReadOnlyNetwork openUnchecked() {
    return ReadOnlyNetwork.openUnchecked(
        Home.locate(), global.dataDirectory(), config, CommandClock.system());
  }

  boolean json() {
    return global.json();
  }

  boolean quiet() {
    return global.quiet();
  }
}
