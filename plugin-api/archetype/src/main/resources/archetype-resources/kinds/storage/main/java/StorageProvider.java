package ${package};

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.spi.PluginContext;
import io.vramhub.api.spi.StorageBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import reactor.core.publisher.Mono;

/**
 * Opens {@code storage.use = "${artifactId}"}. Its one setting is {@code directory}, where the objects
 * lie; unless it is set, they lie in the plugin's own data directory.
 */
public final class StorageProvider implements StorageBackend.Provider {
  private static final String DIRECTORY = "directory";

  @Override
  public String name() {
    return "${artifactId}";
  }

  @Override
  public Mono<StorageBackend> open(PluginContext context) {
    return Mono.<StorageBackend>fromCallable(
            () -> new FolderStorage(directory(context), context.blocking()))
        .subscribeOn(context.blocking());
  }

  private static Path directory(PluginContext context) {
    Config settings = context.settings();
    Set<String> unknown = new TreeSet<>(settings.root().keySet());
    unknown.remove(DIRECTORY);
    if (!unknown.isEmpty()) {
      throw invalid("settings " + unknown + " are unknown; there is one, '" + DIRECTORY + "'");
    }
    try {
      Path directory =
          settings.hasPath(DIRECTORY)
              ? Path.of(settings.getString(DIRECTORY)).toAbsolutePath()
              : context.dataDirectory().resolve("objects");
      return Files.createDirectories(directory);
    } catch (ConfigException | InvalidPathException | IOException e) {
      throw invalid("setting '" + DIRECTORY + "' must name a directory to write to: " + e);
    }
  }

  private static HubException invalid(String reason) {
    return new HubException(ErrorCode.CONFIG_INVALID, "storage '${artifactId}': " + reason);
  }
}
