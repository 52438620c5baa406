package io.vramhub.node;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.kernel.NodeEvents;
import io.vramhub.kernel.plugin.PluginHost;
import io.vramhub.kernel.plugin.PluginInfo;
import io.vramhub.kernel.plugin.PluginSource;
import io.vramhub.kernel.plugin.PluginTrust;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import reactor.core.scheduler.Schedulers;

/** Loads the product's plugins. */
public final class Plugins {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private Plugins() {}

  /**
   * Loads the product's plugins, and those that somebody builds.
   *
   * @param development directories in which builds put plugin jars, trusted as they are
   */
  public static PluginHost load(
      Home home, List<Path> development, Path runDirectory, Clock clock, NodeEvents events) {
    List<PluginSource> sources = new ArrayList<>();
    sources.add(new PluginSource(home.plugins(), PluginTrust.ANY));
    development.forEach(directory -> sources.add(new PluginSource(directory, PluginTrust.ANY)));
    return PluginHost.load(
        sources, runDirectory, home.tiers(), Schedulers.parallel(), clock, events);
  }

  /** What the product's plugins are, without opening a service. */
  public static List<PluginInfo> list(Home home, Clock clock) {
    PluginHost host = load(home, List.of(), temporaryRunDirectory(), clock, NodeEvents.none());
    List<PluginInfo> plugins = host.list();
    Waiting.complete(host.close(), PATIENCE);
    return plugins;
  }

  /** A run directory for a command of seconds, removed when the process ends. */
  static Path temporaryRunDirectory() {
    try {
      Path directory = Files.createTempDirectory("vramhub-run");
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> remove(directory), "remove-run-directory"));
      return directory;
    } catch (IOException e) {
      throw new HubException(
          ErrorCode.DISK,
          "cannot make a temporary directory (" + e.getMessage() + "); free space in it",
          e);
    }
  }

  private static void remove(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      System.err.println("vramhub: could not remove " + directory + ": " + e.getMessage());
    }
  }
}
