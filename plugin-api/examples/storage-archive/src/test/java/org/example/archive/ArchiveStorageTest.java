package org.example.archive;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.vramhub.api.spi.StorageBackend;
import io.vramhub.tck.StorageBackendContract;
import java.nio.file.Path;
import java.util.Map;

/** What every storage owes; what makes it an archive stands in {@link ArchiveTest}. */
final class ArchiveStorageTest implements StorageBackendContract {
  @Override
  public StorageBackend.Provider provider() {
    return new ArchiveProvider();
  }

  @Override
  public Config settings(Path directory) {
    return ConfigFactory.parseMap(Map.of("file", directory.resolve("objects.archive").toString()));
  }
}
