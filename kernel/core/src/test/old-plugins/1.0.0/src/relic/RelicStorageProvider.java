package relic;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobInfo;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.ByteRange;
import io.vramhub.api.spi.PluginContext;
import io.vramhub.api.spi.StorageBackend;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

public final class RelicStorageProvider implements StorageBackend.Provider {
  @Override
  public String name() {
    return "relic";
  }

  @Override
  public Mono<StorageBackend> open(PluginContext context) {
    return Mono.<StorageBackend>fromCallable(
            () -> {
              if (!context.settings().isEmpty()) {
                throw new HubException(ErrorCode.CONFIG_INVALID, "no settings");
              }
              return new Storage(new ConcurrentSkipListMap<>());
            })
        .subscribeOn(context.blocking());
  }

  private record Storage(NavigableMap<BlobKey, byte[]> objects) implements StorageBackend {
    @Override
    public Mono<BlobRef> put(BlobKey key, BlobSource source) {
      return Flux.defer(source.content())
          .collect(
              ByteArrayOutputStream::new,
              (all, chunk) -> {
                byte[] bytes = new byte[chunk.remaining()];
                chunk.get(bytes);
                all.writeBytes(bytes);
              })
          .map(
              all -> {
                objects.put(key, all.toByteArray());
                return new BlobRef(key, source.digest(), source.length());
              });
    }

    @Override
    public Flux<ByteBuffer> read(BlobRef ref, ByteRange range) {
      return Flux.defer(
          () ->
              Optional.ofNullable(objects.get(ref.key()))
                  .map(bytes -> Flux.just(ByteBuffer.wrap(bytes)))
                  .orElseGet(
                      () ->
                          Flux.error(
                              new HubException(
                                  ErrorCode.NOT_FOUND, "nothing under " + ref.key()))));
    }

    @Override
    public Mono<BlobInfo> stat(BlobKey key) {
      return Mono.justOrEmpty(objects.get(key)).map(bytes -> new BlobInfo(key, bytes.length));
    }

    @Override
    public Flux<BlobInfo> list(String prefix) {
      return Flux.fromIterable(objects.entrySet())
          .filter(entry -> entry.getKey().name().startsWith(prefix))
          .map(entry -> new BlobInfo(entry.getKey(), entry.getValue().length));
    }

    @Override
    public Mono<Void> delete(BlobKey key) {
      return Mono.fromRunnable(() -> objects.remove(key));
    }

    @Override
    public Mono<Void> close() {
      return Mono.fromRunnable(objects::clear);
    }
  }
}
