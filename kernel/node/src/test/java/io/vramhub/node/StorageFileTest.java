package io.vramhub.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.node.key.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StorageFileTest {
  private static final Config CONFIGURATION =
      ConfigFactory.parseString(
          """
          network.topk = 64
          storage { use = walrus, walrus { aggregators = ["http://127.0.0.1:1"], shards = 100 } }
          """);

  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void name() {
    file = directory.resolve("storage.conf");
  }

  @Test
  void keepsTheStorageAndNothingElse() {
    StorageFile.write(file, CONFIGURATION);
    assertThat(StorageFile.read(file)).contains(CONFIGURATION.withOnlyPath("storage"));
  }

  @Test
  void isReadByItsOwnerAlone() throws IOException {
    StorageFile.write(file, CONFIGURATION);
    assertThat(PrivateFiles.isExposed(file)).isFalse();
  }

  @Test
  void isAbsentBeforeTheFirstStart() {
    assertThat(StorageFile.read(file)).isEmpty();
  }

  @Test
  void saysWhatToDoWhenItIsNoConfiguration() throws IOException {
    Files.writeString(file, "storage {", StandardCharsets.UTF_8);
    assertThatThrownBy(() -> StorageFile.read(file))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_INVALID))
        .hasMessageStartingWith("cannot read " + file)
        .hasMessageContaining("Restore the file");
  }
}
