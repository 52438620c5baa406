package io.vramhub.storage.r2;

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
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** A peer's bucket, to read. */
final class PeerStorage implements StorageBackend {
  private final Bucket bucket;
  private final BucketReader reader;
  private final Scheduler blocking;

  PeerStorage(Bucket bucket, Scheduler blocking) {
    this.bucket = bucket;
    this.reader = new BucketReader(bucket);
    this.blocking = blocking;
  }

  @Override
  public Set<StorageTrait> traits() {
    return Set.of(StorageTrait.LIST);
  }

  @Override
  public Mono<BlobRef> put(BlobKey key, BlobSource source) {
    return Mono.error(readOnly());
  }

  @Override
  public Flux<ByteBuffer> read(BlobRef ref, ByteRange range) {
    return reader.read(ref, range);
  }

  @Override
  public Mono<BlobInfo> stat(BlobKey key) {
    return reader.stat(key);
  }

  @Override
  public Flux<BlobInfo> list(String prefix) {
    return reader.list(prefix);
  }

  @Override
  public Mono<Void> delete(BlobKey key) {
    return Mono.error(readOnly());
  }

  private static HubException readOnly() {
    return new HubException(ErrorCode.NOT_SUPPORTED, "a peer's storage is only read");
  }

  @Override
  public Mono<Void> close() {
    return Mono.<Void>fromRunnable(bucket::close).subscribeOn(blocking);
  }
}
