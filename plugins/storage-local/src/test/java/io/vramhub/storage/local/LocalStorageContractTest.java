package io.vramhub.storage.local;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.vramhub.tck.StorageBackendContract;
import java.nio.file.Path;
import java.util.Map;

final class LocalStorageContractTest implements StorageBackendContract {
  @Override
  public LocalStorageProvider provider() {
    return new LocalStorageProvider();
  }

  @Override
  public Config settings(Path directory) {
    return ConfigFactory.parseMap(Map.of("directory", directory.resolve("blobs").toString()));
  }
}
