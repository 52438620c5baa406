package io.vramhub.storage.walrus;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.vramhub.api.model.StorageTrait;
import io.vramhub.tck.StorageBackendContract;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;

final class WalrusStorageContractTest implements StorageBackendContract {
  private static final int SHARDS = 13;
  private static final FakeWalrus WALRUS = FakeWalrus.start(SHARDS);

  @AfterAll
  static void close() {
    WALRUS.close();
  }

  @Override
  public WalrusStorageProvider provider() {
    return new WalrusStorageProvider();
  }

  @Override
  public Set<StorageTrait> traits() {
    return Set.of(StorageTrait.CONTENT_ADDRESSED);
  }

  @Override
  public Config settings(Path directory) {
    return ConfigFactory.parseString(
        "aggregators = [\"%1$s\"], publisher = \"%1$s\", shards = %2$d"
            .formatted(WALRUS.address(), SHARDS));
  }

  /** The network's own threads. */
  @Override
  public boolean isOfTheTest(Thread thread) {
    return thread.getName().startsWith("HTTP-Dispatcher");
  }
}
