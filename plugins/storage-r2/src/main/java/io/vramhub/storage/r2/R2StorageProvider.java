package io.vramhub.storage.r2;

import io.vramhub.api.spi.PluginContext;
import io.vramhub.api.spi.StorageBackend;
import java.nio.file.Path;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Opens {@code storage.use = "r2"}; its settings are those of {@link R2Settings}. */
public final class R2StorageProvider implements StorageBackend.Provider {
  @Override
  public String name() {
    return "r2";
  }

  @Override
  public Mono<StorageBackend> open(PluginContext context) {
    return Mono.<StorageBackend>fromCallable(() -> opened(context)).subscribeOn(context.blocking());
  }

  private static R2Storage opened(PluginContext context) {
    R2Settings settings = R2Settings.read(context.settings());
    AccessKey key = AccessKey.read(R2Settings.CREDENTIALS_FILE, settings.credentialsFile());
    Optional<R2Credential> shared =
        settings
            .readCredentialsFile()
            .map(file -> AccessKey.read(R2Settings.READ_CREDENTIALS_FILE, file))
            .map(reading -> new R2Credential(settings.location(), settings.region(), reading));
    Path uploads = context.dataDirectory().resolve("uploads");
    return new R2Storage(
        new Bucket(settings, key, context.blocking(), context.timer()),
        settings,
        new UploadNotes(uploads, settings.location(), context.clock()),
        shared,
        context.blocking(),
        context.timer());
  }
}
