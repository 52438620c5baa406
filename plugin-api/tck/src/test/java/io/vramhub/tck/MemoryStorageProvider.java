package io.vramhub.tck;

import com.typesafe.config.ConfigException;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.spi.PluginContext;
import io.vramhub.api.spi.StorageBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import reactor.core.publisher.Mono;

/** Opens {@link MemoryStorage}s with the fault that a test has chosen. */
public class MemoryStorageProvider implements StorageBackend.Provider {
  /** What stands in for the disks, by data directory, so that objects outlive a service. */
  private static final Map<Path, NavigableMap<BlobKey, Bytes>> DISKS = new ConcurrentHashMap<>();

  private static final Map<StorageFault, MemoryStorage> SHARED = new ConcurrentHashMap<>();

  /** A provider that no service file lists. */
  static final class NotListed extends MemoryStorageProvider {}

  @Override
  public String name() {
    return fault() == StorageFault.NAME_WITH_A_SPACE ? "my storage" : "memory";
  }

  private static StorageFault fault() {
    return StorageCanariesTest.fault();
  }

  @Override
  public Mono<StorageBackend> open(PluginContext context) {
    if (fault() == StorageFault.OPENS_BEFORE_IT_IS_ASKED) {
      touch(context.dataDirectory());
    }
    return Mono.fromCallable(() -> opened(context));
  }

  private static StorageBackend opened(PluginContext context) {
    if (fault() != StorageFault.TAKES_ANY_SETTING) {
      checkSettings(context);
    }
    NavigableMap<BlobKey, Bytes> disk =
        fault() == StorageFault.FORGETS
            ? new ConcurrentSkipListMap<>()
            : DISKS.computeIfAbsent(
                context.dataDirectory(), directory -> new ConcurrentSkipListMap<>());
    return fault() == StorageFault.ONE_FOR_ALL_OPENINGS
        ? SHARED.computeIfAbsent(fault(), any -> new MemoryStorage(disk, context, fault()))
        : new MemoryStorage(disk, context, fault());
  }

  private static void checkSettings(PluginContext context) {
    Optional<String> unknown =
        context.settings().root().keySet().stream().filter(key -> !key.equals("label")).findFirst();
    if (unknown.isPresent()) {
      throw invalid("there is no setting " + unknown.get());
    }
    try {
      String label =
          context.settings().hasPath("label") ? context.settings().getString("label") : "";
      if (label.isEmpty() && fault() == StorageFault.NEEDS_A_SETTING_IT_DOES_NOT_NAME) {
        throw invalid("something is missing");
      }
    } catch (ConfigException e) {
      throw invalid(
          fault() == StorageFault.DOES_NOT_NAME_THE_SETTING ? "bad settings" : e.getMessage());
    }
  }

  private static HubException invalid(String message) {
    return new HubException(ErrorCode.CONFIG_INVALID, message);
  }

  private static void touch(Path directory) {
    try {
      Files.createFile(directory.resolve("opened"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
