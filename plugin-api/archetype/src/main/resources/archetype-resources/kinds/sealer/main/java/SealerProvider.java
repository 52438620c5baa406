package ${package};

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.spi.CredentialSealer;
import io.vramhub.api.spi.PluginContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/**
 * Opens {@code sealer.use = "${artifactId}"}. Settings: {@code key-file}, 32 secret bytes that all
 * nodes of the network share, and {@code admitted}, public keys in hex.
 */
public final class SealerProvider implements CredentialSealer.Provider {
  private static final String KEY_FILE = "key-file";
  private static final String ADMITTED = "admitted";

  @Override
  public String name() {
    return "${artifactId}";
  }

  @Override
  public Mono<CredentialSealer> open(PluginContext context) {
    return Mono.<CredentialSealer>fromCallable(
            () -> {
              Config settings = context.settings();
              Set<String> unknown = new TreeSet<>(settings.root().keySet());
              unknown.removeAll(Set.of(KEY_FILE, ADMITTED));
              if (!unknown.isEmpty()) {
                throw invalid("settings " + unknown + " are unknown");
              }
              return new KeyringSealer(key(settings), admitted(settings));
            })
        .subscribeOn(context.blocking());
  }

  private static byte[] key(Config settings) {
    try {
      byte[] key = Files.readAllBytes(Path.of(settings.getString(KEY_FILE)));
      if (key.length != KeyringSealer.KEY_BYTES) {
        throw invalid("'" + KEY_FILE + "' holds " + key.length + " bytes, not 32");
      }
      return key;
    } catch (ConfigException | InvalidPathException | IOException e) {
      throw invalid("'" + KEY_FILE + "' must name a file of 32 secret bytes: " + e);
    }
  }

  private static Set<Bytes> admitted(Config settings) {
    try {
      return settings.getStringList(ADMITTED).stream()
          .map(Bytes::ofHex)
          .collect(Collectors.toUnmodifiableSet());
    } catch (ConfigException | IllegalArgumentException e) {
      throw invalid("'" + ADMITTED + "' must be a list of public keys in hex: " + e);
    }
  }

  private static HubException invalid(String reason) {
    return new HubException(ErrorCode.CONFIG_INVALID, "sealer '${artifactId}': " + reason);
  }
}
