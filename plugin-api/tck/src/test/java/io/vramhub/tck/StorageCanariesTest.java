package io.vramhub.tck;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.vramhub.api.model.StorageTrait;
import io.vramhub.api.spi.StorageBackend;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever a storage does wrong, the contract finds it. */
final class StorageCanariesTest {
  private static final AtomicBoolean DISTURBED = new AtomicBoolean();

  private static StorageFault fault = StorageFault.NONE;

  static StorageFault fault() {
    return fault;
  }

  /** Whether something is wrong with the memory that the storage keeps its objects in. */
  static boolean isDisturbed() {
    return DISTURBED.get();
  }

  /** Has a name that no test run picks up by itself. */
  static final class OfMemory implements StorageBackendContract {
    @Override
    public StorageBackend.Provider provider() {
      return fault == StorageFault.NOT_LISTED
          ? new MemoryStorageProvider.NotListed()
          : new MemoryStorageProvider();
    }

    @Override
    public Config settings(Path directory) {
      return ConfigFactory.parseString("label = memory");
    }

    @Override
    public Set<StorageTrait> traits() {
      return fault.traits();
    }

    @Override
    public Disturbance disturbance() {
      return new Disturbance() {
        @Override
        public void begin(long seed) {
          DISTURBED.set(true);
        }

        @Override
        public void end() {
          DISTURBED.set(false);
        }
      };
    }
  }

  @Test
  void aStorageWithoutFaultPasses() {
    fault = StorageFault.NONE;
    Canaries.passes(OfMemory.class);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void everyFaultIsFound(StorageFault planted) {
    fault = planted;
    Canaries.fails(OfMemory.class, planted.foundBy());
  }

  @Test
  void everyTestHasFoundAFault() {
    assertThat(
            Arrays.stream(StorageFault.values())
                .map(StorageFault::foundBy)
                .collect(Collectors.toSet()))
        .containsAll(Canaries.tests(StorageBackendContract.class));
  }
}
