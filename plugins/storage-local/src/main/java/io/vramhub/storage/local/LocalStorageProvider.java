package io.vramhub.storage.local;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.spi.PluginContext;
import io.vramhub.api.spi.StorageBackend;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;
import reactor.core.publisher.Mono;

/**
 * Opens {@code storage.use = "local"}. Its one setting is {@code directory}, where the objects lie;
 * it is made if absent.
 */
public final class LocalStorageProvider implements StorageBackend.Provider {
  private static final String DIRECTORY = "directory";

  @Override
  public String name() {
    return "local";
  }

  @Override
  public Mono<StorageBackend> open(PluginContext context) {
    return Mono.<StorageBackend>fromCallable(
            () ->
                new LocalStorage(
                    BlobDirectory.open(directory(context.settings()), context.clock()),
                    context.blocking()))
        .subscribeOn(context.blocking());
  }

  private static Path directory(Config settings) {
    SortedSet<String> unknown = new TreeSet<>(settings.root().keySet());
    unknown.remove(DIRECTORY);
    if (!unknown.isEmpty()) {
      throw invalid(
          unknown.first(), "is unknown; local storage has one setting, '" + DIRECTORY + "'");
    }
    try {
      String directory = settings.getString(DIRECTORY);
      if (directory.isBlank()) {
        throw invalid(DIRECTORY, "is empty; name the directory where objects are kept");
      }
      return Path.of(directory).toAbsolutePath().normalize();
    } catch (ConfigException | InvalidPathException e) {
      throw invalid(DIRECTORY, "must name the directory where objects are kept: " + e.getMessage());
    }
  }

  static HubException invalid(String key, String reason) {
    return new HubException(
        ErrorCode.CONFIG_INVALID, "storage setting '" + key + "' " + reason + ".");
  }
}
