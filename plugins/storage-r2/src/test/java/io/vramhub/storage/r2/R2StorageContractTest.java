package io.vramhub.storage.r2;

import com.typesafe.config.Config;
import io.vramhub.tck.Disturbance;
import io.vramhub.tck.FaultProxy;
import io.vramhub.tck.StorageBackendContract;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract, over a wire that fails in the disturbed sequences. */
final class R2StorageContractTest implements StorageBackendContract {
  @TempDir private static Path home;

  private static FakeS3 server;
  private static FaultProxy wire;

  @BeforeAll
  static void start() throws IOException {
    server = new FakeS3();
    wire = FaultProxy.before(server.address());
  }

  @AfterAll
  static void stop() throws IOException {
    wire.close();
    server.close();
  }

  @Override
  public R2StorageProvider provider() {
    return new R2StorageProvider();
  }

  @Override
  public Config settings(Path directory) {
    return S3ProxyServer.settings(wire.address(), home, directory.getFileName() + "/");
  }

  /** The JDK's HTTP server. */
  @Override
  public boolean isOfTheTest(Thread thread) {
    return thread.getName().startsWith("HTTP-Dispatcher")
        || thread.getName().startsWith("idle-timeout-task");
  }

  @Override
  public Disturbance disturbance() {
    return wire;
  }
}
