package io.vramhub.storage.r2;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobInfo;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.ByteRange;
import io.vramhub.api.model.Credential;
import io.vramhub.api.model.StorageTrait;
import io.vramhub.api.spi.StorageBackend;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * {@link StorageBackend} over a bucket. An object's digest stands in its metadata; where it does
 * not, because somebody else stored it, its bytes are read to compare it.
 */
final class R2Storage implements StorageBackend {
  private final Bucket bucket;
  private final R2Settings settings;
  private final BucketReader reader;
  private final PartUpload uploads;
  private final Optional<R2Credential> shared;
  private final Scheduler blocking;
  private final Scheduler timer;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * @param shared what peers read this storage with; empty if the bucket is one for all nodes
   */
  R2Storage(
      Bucket bucket,
      R2Settings settings,
      UploadNotes notes,
      Optional<R2Credential> shared,
      Scheduler blocking,
      Scheduler timer) {
    this.bucket = bucket;
    this.settings = settings;
    this.reader = new BucketReader(bucket);
    this.shared = shared;
    this.timer = timer;
    this.uploads = new PartUpload(bucket, notes, blocking, settings.partBytes());
    this.blocking = blocking;
  }

  @Override
  public Set<StorageTrait> traits() {
    Set<StorageTrait> traits = EnumSet.of(StorageTrait.LIST, StorageTrait.DELETE);
    shared.ifPresent(credential -> traits.add(StorageTrait.PEER));
    return traits;
  }

  /** Shows that endpoint, bucket and key are right, and lets go what crashes left. */
  @Override
  public Mono<Void> ready() {
    return whileOpen(bucket.probe().then(uploads.releaseAbandoned()));
  }

  @Override
  public Mono<BlobRef> put(BlobKey key, BlobSource source) {
    BlobRef ref = new BlobRef(key, source.digest(), source.length());
    return whileOpen(
        isStored(ref)
            .flatMap(
                stored ->
                    stored
                        ? Mono.just(ref)
                        : store(ref, source)
                            .flatMap(isNew -> isNew ? Mono.just(ref) : taken(ref))));
  }

  private Mono<Boolean> store(BlobRef ref, BlobSource source) {
    if (ref.length() > settings.partBytes()) {
      return uploads.put(ref, source);
    }
    return PartCutter.cut(ref, source, settings.partBytes())
        .single()
        .flatMap(part -> bucket.put(ref.key().name(), part.bytes(), ref.digest()));
  }

  /** Somebody was faster, or an earlier attempt arrived without our hearing of it. */
  private Mono<BlobRef> taken(BlobRef ref) {
    return isStored(ref)
        .map(
            stored -> {
              if (!stored) {
                throw new HubException(
                    ErrorCode.STORAGE_UNAVAILABLE,
                    ref.key()
                        + " was deleted, or its upload let go, by somebody else while it was"
                        + " stored. Store it again.");
              }
              return ref;
            });
  }

  /** Whether the object is there already; another one under its key is an error. */
  private Mono<Boolean> isStored(BlobRef ref) {
    return bucket
        .head(ref.key().name())
        .flatMap(
            entry -> {
              if (entry.length() != ref.length()) {
                return Mono.<Boolean>error(alreadyExists(ref, entry.length()));
              }
              return entry
                  .digest()
                  .map(Mono::just)
                  .orElseGet(() -> reader.digest(ref))
                  .map(
                      digest -> {
                        if (!digest.equals(ref.digest())) {
                          throw alreadyExists(ref, entry.length());
                        }
                        return true;
                      });
            })
        .defaultIfEmpty(false);
  }

  private static HubException alreadyExists(BlobRef ref, long length) {
    return new HubException(
        ErrorCode.STORAGE_ALREADY_EXISTS,
        "another object is stored under "
            + ref.key()
            + " already, of "
            + length
            + " bytes; objects are never replaced. Use another key, or delete it first.");
  }

  @Override
  public Flux<ByteBuffer> read(BlobRef ref, ByteRange range) {
    return whileOpen(reader.read(ref, range));
  }

  @Override
  public Mono<BlobInfo> stat(BlobKey key) {
    return whileOpen(reader.stat(key));
  }

  @Override
  public Flux<BlobInfo> list(String prefix) {
    return whileOpen(reader.list(prefix));
  }

  @Override
  public Mono<Void> delete(BlobKey key) {
    return whileOpen(bucket.delete(key.name()));
  }

  @Override
  public Mono<Credential> readCredential() {
    return shared.isEmpty()
        ? StorageBackend.super.readCredential()
        : whileOpen(Mono.justOrEmpty(shared).map(R2Credential::encoded));
  }

  @Override
  public Mono<StorageBackend> peer(Credential credential) {
    return shared.isEmpty()
        ? StorageBackend.super.peer(credential)
        : whileOpen(Mono.fromSupplier(() -> opened(R2Credential.decoded(credential))));
  }

  private StorageBackend opened(R2Credential peer) {
    if (peer.location().isPlain() && !settings.location().isPlain()) {
      // A peer decides which address this node connects to: never one of its own services.
      throw new HubException(
          ErrorCode.MESSAGE_INVALID,
          "the credential of a peer names an address on loopback: " + peer.location().endpoint());
    }
    return new PeerStorage(new Bucket(settings.of(peer), peer.key(), blocking, timer), blocking);
  }

  private <T> Flux<T> whileOpen(Flux<T> call) {
    return Flux.defer(
        () -> {
          demandOpen();
          return call;
        });
  }

  private <T> Mono<T> whileOpen(Mono<T> call) {
    return Mono.defer(
        () -> {
          demandOpen();
          return call;
        });
  }

  private void demandOpen() {
    if (closed.get()) {
      throw new HubException(
          ErrorCode.STORAGE_UNAVAILABLE, "R2 storage was closed; open it again.");
    }
  }

  @Override
  public Mono<Void> close() {
    return Mono.<Void>fromRunnable(
            () -> {
              if (closed.compareAndSet(false, true)) {
                bucket.close();
              }
            })
        .subscribeOn(blocking);
  }
}
