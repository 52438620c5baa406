package io.vramhub.evaluator.enclave;

import io.vramhub.tck.PluginJarContract;
import java.nio.file.Path;

final class EnclaveEvaluatorJarIT implements PluginJarContract {
  @Override
  public Path jar() {
    return Path.of(System.getProperty("plugin.jar"));
  }
}
