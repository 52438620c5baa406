package io.vramhub.storage.r2;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobInfo;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.ByteRange;
import io.vramhub.api.model.Digest;
import io.vramhub.api.spi.StorageBackend;
import io.vramhub.storage.r2.Bucket.Piece;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * {@link StorageBackend} over a bucket. An object's digest stands in its metadata; where it does
 * not, because somebody else stored it, its bytes are read to compare it.
 */
final class R2Storage implements StorageBackend {
  /** Bytes of one request of a read, and of one buffer that it emits. */
  private static final int PIECE_BYTES = 4 << 20;

  /** Pieces that are fetched ahead of the reader; each is held in memory. */
  private static final int READ_AHEAD = 3;

  private static final Pattern KEY =
      Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*");

  private final Bucket bucket;
  private final R2Settings settings;
  private final PartUpload uploads;
  private final Scheduler blocking;
  private final AtomicBoolean closed = new AtomicBoolean();

  R2Storage(Bucket bucket, R2Settings settings, UploadNotes notes, Scheduler blocking) {
    this.bucket = bucket;
    this.settings = settings;
    this.uploads = new PartUpload(bucket, notes, blocking, settings.partBytes());
    this.blocking = blocking;
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
                  .orElseGet(() -> digest(ref))
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

  private Mono<Digest> digest(BlobRef ref) {
    return pieces(ref, ByteRange.whole(ref))
        .reduceWith(
            Digest::newSha256,
            (hash, bytes) -> {
              hash.update(bytes);
              return hash;
            })
        .map(hash -> Digest.of(hash.digest()));
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
    return Flux.defer(
        () -> {
          demandOpen();
          if (range.length() > ref.length() || range.offset() > ref.length() - range.length()) {
            return Flux.error(
                new HubException(
                    ErrorCode.INVARIANT_BROKEN,
                    range + " lies outside " + ref.key() + " of " + ref.length() + " bytes"));
          }
          Flux<ByteBuffer> bytes = range.length() == 0 ? nothing(ref) : pieces(ref, range);
          return range.equals(ByteRange.whole(ref)) ? verified(ref, bytes) : bytes;
        });
  }

  /** An empty range of an object that is there, and as long as expected. */
  private Flux<ByteBuffer> nothing(BlobRef ref) {
    return bucket
        .head(ref.key().name())
        .switchIfEmpty(Mono.error(() -> absent(ref)))
        .doOnNext(entry -> demandLength(ref, entry.length()))
        .thenMany(Flux.empty());
  }

  private Flux<ByteBuffer> pieces(BlobRef ref, ByteRange range) {
    int count = Math.toIntExact(Math.ceilDiv(range.length(), (long) PIECE_BYTES));
    return Flux.range(0, count).flatMapSequential(index -> piece(ref, range, index), READ_AHEAD, 1);
  }

  private Mono<ByteBuffer> piece(BlobRef ref, ByteRange range, int index) {
    long from = (long) index * PIECE_BYTES;
    int length = (int) Math.min(PIECE_BYTES, range.length() - from);
    return bucket
        .range(ref.key().name(), range.offset() + from, length, ref.length())
        .switchIfEmpty(Mono.error(() -> absent(ref)))
        .doOnNext(piece -> demandLength(ref, piece.objectLength()))
        .map(piece -> ByteBuffer.wrap(piece.bytes()));
  }

  /** The same bytes, which end with an error if they are not the object's. */
  private static Flux<ByteBuffer> verified(BlobRef ref, Flux<ByteBuffer> bytes) {
    MessageDigest hash = Digest.newSha256();
    return bytes
        .doOnNext(piece -> hash.update(piece.duplicate()))
        .concatWith(
            Flux.defer(
                () -> {
                  Digest digest = Digest.of(hash.digest());
                  return digest.equals(ref.digest())
                      ? Flux.empty()
                      : Flux.error(
                          corrupt(
                              ref,
                              "it hashes to " + digest + " where " + ref.digest() + " is due"));
                }));
  }

  private static void demandLength(BlobRef ref, long length) {
    if (length != ref.length()) {
      throw corrupt(
          ref,
          length == Piece.UNKNOWN
              ? "it has less than the " + ref.length() + " bytes that are expected"
              : "it has " + length + " bytes where " + ref.length() + " are expected");
    }
  }

  private static HubException corrupt(BlobRef ref, String difference) {
    return new HubException(
        ErrorCode.STORAGE_CORRUPT,
        ref.key() + " in storage is not the expected object: " + difference + ".");
  }

  private static HubException absent(BlobRef ref) {
    return new HubException(ErrorCode.NOT_FOUND, "nothing is stored under " + ref.key() + ".");
  }

  @Override
  public Mono<BlobInfo> stat(BlobKey key) {
    return whileOpen(bucket.head(key.name()).map(entry -> new BlobInfo(key, entry.length())));
  }

  /** Objects whose names are no keys were stored by others, and are passed over. */
  @Override
  public Flux<BlobInfo> list(String prefix) {
    return Flux.defer(
        () -> {
          demandOpen();
          return bucket
              .list(prefix)
              .filter(found -> KEY.matcher(found.name()).matches())
              .map(found -> new BlobInfo(new BlobKey(found.name()), found.length()));
        });
  }

  @Override
  public Mono<Void> delete(BlobKey key) {
    return whileOpen(bucket.delete(key.name()));
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
