package io.vramhub.storage.walrus;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobInfo;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.ByteRange;
import io.vramhub.api.model.StorageTrait;
import io.vramhub.api.spi.StorageBackend;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * {@link StorageBackend} on Walrus. A blob's id follows from its bytes and is worked out here
 * before anything is sent, so neither publisher nor aggregators have to be believed. Names that
 * this node gave are in its {@link BlobBook}; nobody else knows them.
 *
 * <p>A blob is held in memory while it is stored or read whole, up to {@code largest-blob}. Parts
 * of a blob are read as they come: whoever asks for them checks them.
 */
final class WalrusStorage implements StorageBackend {
  private static final int CHUNK_BYTES = 1 << 16;

  private final BlobBook book;
  private final Uploads uploads;
  private final Downloads downloads;
  private final WalrusHttp http;
  private final WalrusRuntime runtime;
  private final Disposable renewal;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * A storage.
   *
   * @param renewal what goes on in the background until this is closed
   */
  WalrusStorage(
      BlobBook book,
      Uploads uploads,
      Downloads downloads,
      WalrusHttp http,
      WalrusRuntime runtime,
      Disposable renewal) {
    this.book = book;
    this.uploads = uploads;
    this.downloads = downloads;
    this.http = http;
    this.runtime = runtime;
    this.renewal = renewal;
  }

  @Override
  public Set<StorageTrait> traits() {
    return Set.of(StorageTrait.CONTENT_ADDRESSED);
  }

  @Override
  public Mono<BlobRef> put(BlobKey key, BlobSource source) {
    return whileOpen(
        () -> {
          Optional<StoredBlob> holder = book.find(key);
          return holder.isPresent()
              ? Mono.fromSupplier(() -> sameAs(source, holder.get()))
              : uploads
                  .store(key, source)
                  .publishOn(runtime.blocking())
                  .map(book::claim)
                  .map(blob -> sameAs(source, blob));
        });
  }

  private static BlobRef sameAs(BlobSource source, StoredBlob blob) {
    if (!blob.digest().equals(source.digest()) || blob.length() != source.length()) {
      throw new HubException(
          ErrorCode.STORAGE_ALREADY_EXISTS,
          "this node has stored another blob under "
              + blob.name()
              + " already, of "
              + blob.length()
              + " bytes; objects are never replaced. Use another key.");
    }
    return blob.reference();
  }

  @Override
  public Flux<ByteBuffer> read(BlobRef ref, ByteRange range) {
    return whileOpen(
            () -> {
              demandInside(ref, range);
              BlobId id = id(ref.key()).orElseThrow(() -> absent(ref.key()));
              return range.equals(ByteRange.whole(ref))
                  ? downloads.whole(id, ref)
                  : downloads.part(id, range);
            })
        .flatMapIterable(WalrusStorage::chunks);
  }

  private static void demandInside(BlobRef ref, ByteRange range) {
    if (range.offset() > ref.length() || range.length() > ref.length() - range.offset()) {
      throw new HubException(
          ErrorCode.INVARIANT_BROKEN,
          "bytes "
              + range.offset()
              + " + "
              + range.length()
              + " lie outside of "
              + ref.key()
              + ", which has "
              + ref.length()
              + " bytes");
    }
  }

  private static List<ByteBuffer> chunks(byte[] bytes) {
    List<ByteBuffer> chunks = new ArrayList<>();
    for (int from = 0; from < bytes.length; from += CHUNK_BYTES) {
      int length = Math.min(CHUNK_BYTES, bytes.length - from);
      chunks.add(ByteBuffer.wrap(bytes, from, length).slice().asReadOnlyBuffer());
    }
    return chunks;
  }

  private Optional<BlobId> id(BlobKey key) {
    return BlobId.of(key).or(() -> book.find(key).map(StoredBlob::id));
  }

  private static HubException absent(BlobKey key) {
    return new HubException(
        ErrorCode.NOT_FOUND,
        "this node has stored nothing on Walrus under "
            + key
            + "; what others stored is found by its blob id alone");
  }

  @Override
  public Mono<BlobInfo> stat(BlobKey key) {
    return whileOpen(
        () ->
            BlobId.of(key)
                .map(downloads::length)
                .orElseGet(() -> Mono.justOrEmpty(book.find(key).map(StoredBlob::length)))
                .map(length -> new BlobInfo(key, length)));
  }

  @Override
  public Flux<BlobInfo> list(String prefix) {
    return Flux.error(WalrusStorage::unsupported);
  }

  @Override
  public Mono<Void> delete(BlobKey key) {
    return Mono.error(WalrusStorage::unsupported);
  }

  private static HubException unsupported() {
    return new HubException(
        ErrorCode.NOT_SUPPORTED,
        "blobs on Walrus are neither listed nor deleted: they expire unless they are renewed");
  }

  @Override
  public Mono<Void> close() {
    return Mono.defer(
        () -> {
          closed.set(true);
          renewal.dispose();
          return http.close(runtime.blocking());
        });
  }

  private <T> Mono<T> whileOpen(java.util.function.Supplier<Mono<T>> work) {
    return Mono.defer(
        () -> {
          if (closed.get()) {
            return Mono.error(
                new HubException(
                    ErrorCode.STORAGE_UNAVAILABLE, "Walrus storage was closed; open it again."));
          }
          return work.get();
        });
  }
}
