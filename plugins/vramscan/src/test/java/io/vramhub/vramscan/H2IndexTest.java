package io.vramhub.vramscan;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

final class H2IndexTest implements IndexContract {
  @TempDir private Path directory;

  @Override
  public DatabaseSettings settings() {
    return DatabaseSettings.file(directory.resolve("index").toString(), 2);
  }
}
