package io.vramhub.tck;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.vramhub.api.ApiVersion;
import io.vramhub.api.spi.NodeView;
import io.vramhub.api.spi.PluginContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * What a host offers a plugin, for tests: threads as a node's are, a clock that stands still, and
 * no settings unless some are given. The {@code with} methods give contexts that share its threads;
 * closing one of them ends those threads.
 */
public final class TestPluginContext implements PluginContext, AutoCloseable {
  /** What {@link #clock()} shows unless it is replaced. */
  public static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");

  private static final int THREADS = 16;
  private static final int QUEUE = 4_096;

  private final Config settings;
  private final Path dataDirectory;
  private final Scheduler blocking;
  private final Scheduler timer;
  private final Clock clock;
  private final Optional<NodeView> node;

  private TestPluginContext(
      Config settings,
      Path dataDirectory,
      Scheduler blocking,
      Scheduler timer,
      Clock clock,
      Optional<NodeView> node) {
    this.settings = settings;
    this.dataDirectory = dataDirectory;
    this.blocking = blocking;
    this.timer = timer;
    this.clock = clock;
    this.node = node;
  }

  /** A context without settings. The directory is made if it is absent. */
  public static TestPluginContext in(Path dataDirectory) {
    try {
      Files.createDirectories(dataDirectory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new TestPluginContext(
        ConfigFactory.empty(),
        dataDirectory,
        Schedulers.newBoundedElastic(THREADS, QUEUE, "tck-blocking", 60, true),
        Schedulers.newParallel("tck-timer", 1, true),
        Clock.fixed(NOW, ZoneOffset.UTC),
        Optional.empty());
  }

  public TestPluginContext withSettings(Config other) {
    return new TestPluginContext(other, dataDirectory, blocking, timer, clock, node);
  }

  /** The same with settings in HOCON, for example {@code directory = /srv/objects}. */
  public TestPluginContext withSettings(String hocon) {
    return withSettings(ConfigFactory.parseString(hocon));
  }

  /** For instance with a scheduler of virtual time, so that a test need not wait. */
  public TestPluginContext withTimer(Scheduler other) {
    return new TestPluginContext(settings, dataDirectory, blocking, other, clock, node);
  }

  public TestPluginContext withBlocking(Scheduler other) {
    return new TestPluginContext(settings, dataDirectory, other, timer, clock, node);
  }

  public TestPluginContext withClock(Clock other) {
    return new TestPluginContext(settings, dataDirectory, blocking, timer, other, node);
  }

  /** What a node service sees of the node; every other kind sees none. */
  public TestPluginContext withNode(NodeView view) {
    return new TestPluginContext(
        settings, dataDirectory, blocking, timer, clock, Optional.of(view));
  }

  @Override
  public String pluginId() {
    return "plugin-under-test";
  }

  @Override
  public ApiVersion apiVersion() {
    return ApiVersion.CURRENT;
  }

  @Override
  public Config settings() {
    return settings;
  }

  @Override
  public Path dataDirectory() {
    return dataDirectory;
  }

  @Override
  public Scheduler blocking() {
    return blocking;
  }

  @Override
  public Scheduler timer() {
    return timer;
  }

  @Override
  public Clock clock() {
    return clock;
  }

  @Override
  public NodeView node() {
    return node.orElseGet(PluginContext.super::node);
  }

  @Override
  public void close() {
    blocking.dispose();
    timer.dispose();
  }
}
