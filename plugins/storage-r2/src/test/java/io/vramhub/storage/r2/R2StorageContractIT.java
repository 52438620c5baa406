package io.vramhub.storage.r2;

import com.typesafe.config.Config;
import io.vramhub.api.spi.StorageBackend;
import io.vramhub.tck.Disturbance;
import io.vramhub.tck.FaultProxy;
import io.vramhub.tck.StorageBackendContract;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract against a server that checks signatures, over a wire that fails in the disturbed
 * sequences. S3Proxy keeps objects as files, where {@code a} and {@code a/b} exclude each other;
 * the tests that need both are left to {@link R2StorageContractTest}.
 */
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

  @Override
  public void keepsEveryKeyApart(StorageBackend storage) {}

  @Override
  public void listsAscendingByKeyOrSaysThatItCannot(StorageBackend storage) {}

  @Override
  public void answersAsAMapThroughAThousandRandomSequences(StorageBackend storage) {}
}
