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
final class R2StorageContractIT implements StorageBackendContract {
  @TempDir private static Path home;

  private static S3ProxyServer server;
  private static FaultProxy wire;

  @BeforeAll
  static void start() throws IOException {
    server = S3ProxyServer.start(home);
    wire = FaultProxy.before(server.address());
  }

  @AfterAll
  static void stop() throws IOException, InterruptedException {
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

  @Override
  public Disturbance disturbance() {
    return wire;
  }
}
