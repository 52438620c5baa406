package ${package};

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.vramhub.api.spi.StorageBackend;
import io.vramhub.tck.StorageBackendContract;
import java.nio.file.Path;
import java.util.Map;

/** Passes what every storage must pass; the contract brings the tests. */
final class FolderStorageTest implements StorageBackendContract {
  @Override
  public StorageBackend.Provider provider() {
    return new StorageProvider();
  }

  @Override
  public Config settings(Path directory) {
    return ConfigFactory.parseMap(Map.of("directory", directory.resolve("objects").toString()));
  }
}
