package io.vramhub.node;

import io.vramhub.kernel.NodeEvents;
import io.vramhub.kernel.plugin.PluginHost;
import io.vramhub.kernel.plugin.PluginInfo;
import io.vramhub.kernel.plugin.PluginSource;
import io.vramhub.kernel.plugin.PluginTrust;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import reactor.core.scheduler.Schedulers;

/** Loads the product's plugins. */
public final class Plugins {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private Plugins() {}

  /**
   * Loads the plugins that the product's {@code plugins.lock} admits, and those that somebody
   * builds.
   *
   * @param development directories in which builds put plugin jars, trusted as they are
   */
  public static PluginHost load(
      Home home, List<Path> development, Path runDirectory, Clock clock, NodeEvents events) {
    List<PluginSource> sources = new ArrayList<>();
    sources.add(locked(home.plugins()));
    development.forEach(directory -> sources.add(new PluginSource(directory, PluginTrust.ANY)));
    return PluginHost.load(
        sources, runDirectory, home.tiers(), Schedulers.parallel(), clock, events);
  }

  private static PluginSource locked(Path plugins) {
    return new PluginSource(plugins, PluginTrust.locked(plugins));
  }

  /** What the plugins of a directory are that a node would load, without opening a service. */
  public static List<PluginInfo> list(Path plugins, Home home, Clock clock) {
    PluginHost host =
        PluginHost.load(
            List.of(locked(plugins)),
            temporaryRunDirectory(),
            home.tiers(),
            Schedulers.parallel(),
            clock,
            NodeEvents.none());
    List<PluginInfo> infos = host.list();
    Waiting.complete(host.close(), PATIENCE);
    return infos;
  }

  /** A run directory for a command of seconds, removed when the process ends. */
  static Path temporaryRunDirectory() {
    TemporaryDirectory directory = TemporaryDirectory.create("vramhub-run");
    Runtime.getRuntime().addShutdownHook(new Thread(directory::close, "remove-run-directory"));
    return directory.path();
  }
}
