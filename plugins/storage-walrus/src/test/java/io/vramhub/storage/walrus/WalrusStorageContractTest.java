package io.vramhub.storage.walrus;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.vramhub.api.model.StorageTrait;
import io.vramhub.tck.Disturbance;
import io.vramhub.tck.FaultProxy;
import io.vramhub.tck.StorageBackendContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** The contract, with whatever may go wrong between a node and a publisher or an aggregator. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WalrusStorageContractTest implements StorageBackendContract {
  private static final int SHARDS = 13;

  private final FakeWalrus walrus = FakeWalrus.start(SHARDS);
  private FaultProxy proxy;

  @BeforeAll
  void open() throws IOException {
    proxy = FaultProxy.before(walrus.socket());
  }

  @AfterAll
  void close() throws IOException {
    proxy.close();
    walrus.close();
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
  public Disturbance disturbance() {
    return proxy;
  }

  @Override
  public Config settings(Path directory) {
    return ConfigFactory.parseString(
        "aggregators = [\"%1$s\"], publisher = \"%1$s\", shards = %2$d"
            .formatted(proxy.address(), SHARDS));
  }

  /** The network's own threads. */
  @Override
  public boolean isOfTheTest(Thread thread) {
    return thread.getName().startsWith("HTTP-Dispatcher");
  }
}
