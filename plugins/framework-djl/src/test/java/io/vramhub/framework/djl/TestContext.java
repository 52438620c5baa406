package io.vramhub.framework.djl;

import com.typesafe.config.Config;
import io.vramhub.api.ApiVersion;
import io.vramhub.api.spi.PluginContext;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** What a host offers, with the given settings. */
record TestContext(Config settings) implements PluginContext {
  @Override
  public String pluginId() {
    return "vramhub-framework-djl";
  }

  @Override
  public ApiVersion apiVersion() {
    return ApiVersion.CURRENT;
  }

  @Override
  public Path dataDirectory() {
    return Path.of("target");
  }

  @Override
  public Scheduler blocking() {
    return Schedulers.boundedElastic();
  }

  @Override
  public Scheduler timer() {
    return Schedulers.parallel();
  }

  @Override
  public Clock clock() {
    return Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
  }
}
