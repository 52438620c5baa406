package io.vramhub.storage.r2;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobInfo;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.ByteRange;
import io.vramhub.api.model.Digest;
import io.vramhub.storage.r2.Bucket.Piece;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.regex.Pattern;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The reading half of a storage, over a bucket of this node or of a peer. */
final class BucketReader {
  /** Bytes of one request of a read, and of one buffer that it emits. */
  private static final int PIECE_BYTES = 4 << 20;

  /** Pieces that are fetched ahead of the reader; each is held in memory. */
  private static final int READ_AHEAD = 3;

  private static final Pattern KEY =
      Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*");

  private final Bucket bucket;

  BucketReader(Bucket bucket) {
    this.bucket = bucket;
  }

  /** What the bytes of an object hash to. */
  Mono<Digest> digest(BlobRef ref) {
    return pieces(ref, ByteRange.whole(ref))
        .reduceWith(
            Digest::newSha256,
            (hash, bytes) -> {
              hash.update(bytes);
              return hash;
            })
        .map(hash -> Digest.of(hash.digest()));
  }

  Flux<ByteBuffer> read(BlobRef ref, ByteRange range) {
    return Flux.defer(
        () -> {
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

  Mono<BlobInfo> stat(BlobKey key) {
    return bucket.head(key.name()).map(entry -> new BlobInfo(key, entry.length()));
  }

  /** Objects whose names are no keys were stored by others, and are passed over. */
  Flux<BlobInfo> list(String prefix) {
    return bucket
        .list(prefix)
        .filter(found -> KEY.matcher(found.name()).matches())
        .map(found -> new BlobInfo(new BlobKey(found.name()), found.length()));
  }
}
