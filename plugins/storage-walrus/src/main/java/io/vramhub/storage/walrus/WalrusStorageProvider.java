package io.vramhub.storage.walrus;

import io.vramhub.api.spi.PluginContext;
import io.vramhub.api.spi.StorageBackend;
import io.vramhub.storage.walrus.redstuff.RedStuff;
import java.security.SecureRandom;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Opens {@code storage.use = "walrus"}. */
public final class WalrusStorageProvider implements StorageBackend.Provider {
  @Override
  public String name() {
    return "walrus";
  }

  @Override
  public Mono<StorageBackend> open(PluginContext context) {
    return Mono.fromCallable(() -> open(WalrusSettings.from(context.settings()), context))
        .subscribeOn(context.blocking());
  }

  private static StorageBackend open(WalrusSettings settings, PluginContext context) {
    PublisherAccess access = access(settings, context);
    WalrusRuntime runtime = new WalrusRuntime(context.blocking(), context.timer(), context.clock());
    BlobBook book = BlobBook.open(context.dataDirectory().resolve("blobs"));
    WalrusHttp http = new WalrusHttp(settings.timeout());
    BlobNaming naming = new BlobNaming(new RedStuff(settings.shards()), context.blocking());
    Aggregators aggregators =
        new Aggregators(
            settings.aggregators().stream().map(address -> new Aggregator(http, address)).toList(),
            settings.hedgeAfter(),
            context.timer());
    Downloads downloads = new Downloads(aggregators, naming, settings.largestBlob());
    Optional<Publisher> publisher =
        settings.publisher().map(address -> new Publisher(http, address, settings, access));
    Uploads uploads = new Uploads(publisher, downloads, naming, settings, runtime);
    Renewal renewal = new Renewal(book, uploads, downloads, settings, runtime);
    return new WalrusStorage(book, uploads, downloads, http, runtime, renewal.run().subscribe());
  }

  private static PublisherAccess access(WalrusSettings settings, PluginContext context) {
    return settings
        .signingKeyFile()
        .<PublisherAccess>map(
            file -> PublisherAccess.SigningKey.read(file, context.clock(), new SecureRandom()))
        .or(() -> settings.tokenFile().map(PublisherAccess.TokenFile::new))
        .orElseGet(PublisherAccess.Open::new);
  }
}
