package org.example.archive;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.spi.PluginContext;
import io.vramhub.api.spi.StorageBackend;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Opens {@code storage.use = "archive"}. Its one setting is {@code file}, the archive, which is
 * made if absent; unless it is set, the archive lies in the plugin's own data directory. Nodes of
 * one machine that are to share objects name the same file.
 */
public final class ArchiveProvider implements StorageBackend.Provider {
  private static final String FILE = "file";

  @Override
  public String name() {
    return "archive";
  }

  @Override
  public Mono<StorageBackend> open(PluginContext context) {
    return Mono.<StorageBackend>fromCallable(
            () -> new ArchiveStorage(archive(file(context)), context.blocking()))
        .subscribeOn(context.blocking());
  }

  private static Archive archive(Path file) {
    try {
      return Archive.open(file);
    } catch (IOException e) {
      throw invalid(FILE, "names " + file + ", which cannot be used: " + e, e);
    }
  }

  private static Path file(PluginContext context) {
    Config settings = context.settings();
    SortedSet<String> unknown = new TreeSet<>(settings.root().keySet());
    unknown.remove(FILE);
    if (!unknown.isEmpty()) {
      throw invalid(unknown.first(), "is unknown; there is one, '" + FILE + "'", null);
    }
    if (!settings.hasPath(FILE)) {
      return context.dataDirectory().toAbsolutePath().resolve("objects.archive");
    }
    try {
      String file = settings.getString(FILE);
      if (file.isBlank()) {
        throw invalid(FILE, "is empty; name the file that holds the objects", null);
      }
      return Path.of(file).toAbsolutePath().normalize();
    } catch (ConfigException | InvalidPathException e) {
      throw invalid(FILE, "must name the file that holds the objects: " + e.getMessage(), e);
    }
  }

  private static HubException invalid(String key, String reason, @Nullable Exception cause) {
    return new HubException(
        ErrorCode.CONFIG_INVALID,
        "setting '" + key + "' of the storage 'archive' " + reason + ".",
        cause);
  }
}
