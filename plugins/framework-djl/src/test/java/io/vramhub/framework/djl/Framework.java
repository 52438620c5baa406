package io.vramhub.framework.djl;

import static java.util.Objects.requireNonNull;

import io.vramhub.api.model.DeviceSpec;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.spi.TrainingFramework;
import io.vramhub.api.spi.TrainingSession;
import io.vramhub.tck.TestPluginContext;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The framework as a host opens it, for one test class. */
final class Framework implements BeforeAllCallback, AfterAllCallback {
  private TrainingFramework opened;

  @Override
  public void beforeAll(ExtensionContext context) {
    opened = new DjlFrameworkProvider().open(TestPluginContext.in(Path.of("target"))).block();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    opened.close().block();
  }

  TrainingFramework get() {
    return requireNonNull(opened);
  }

  /** A session with the given parameters on one thread. */
  TrainingSession session(ModelSpec model, MemorySegment parameters) {
    return requireNonNull(get().open(model, parameters, new DeviceSpec("cpu", 1)).block());
  }
}
