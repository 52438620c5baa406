package io.vramhub.storage.walrus;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.Digest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Stores blobs: reads the source, names the blob, sends it, and sees that it can be read. */
final class Uploads {
  private final Optional<Publisher> publisher;
  private final Downloads downloads;
  private final BlobNaming naming;
  private final WalrusSettings settings;
  private final WalrusRuntime runtime;

  Uploads(
      Optional<Publisher> publisher,
      Downloads downloads,
      BlobNaming naming,
      WalrusSettings settings,
      WalrusRuntime runtime) {
    this.publisher = publisher;
    this.downloads = downloads;
    this.naming = naming;
    this.settings = settings;
    this.runtime = runtime;
  }

  /** Stores what the source gives. The name is not claimed yet. */
  Mono<StoredBlob> store(BlobKey name, BlobSource source) {
    return Mono.defer(
        () -> {
          Publisher to = publisher();
          demandNotTooLong(name, source.length());
          return collect(name, source)
              .publishOn(runtime.blocking())
              .doOnNext(bytes -> demandAnnounced(name, bytes, source))
              .flatMap(
                  bytes ->
                      naming
                          .of(bytes)
                          .flatMap(id -> certified(to, id, bytes))
                          .map(until -> blob(name, source, until)));
        });
  }

  /** Stores a blob for longer that was stored before, and answers when it expires then. */
  Mono<Instant> prolong(StoredBlob blob, byte[] bytes) {
    return Mono.defer(() -> certified(publisher(), blob.id(), bytes)).map(this::expires);
  }

  private Publisher publisher() {
    return publisher.orElseThrow(
        () ->
            new HubException(
                ErrorCode.NOT_SUPPORTED,
                "this node only reads from Walrus: storage setting 'publisher' names no publisher"
                    + " to store with"));
  }

  private void demandNotTooLong(BlobKey name, long length) {
    if (length > settings.largestBlob()) {
      throw new HubException(
          ErrorCode.NOT_SUPPORTED,
          name
              + " has "
              + length
              + " bytes, and storage setting 'largest-blob' allows "
              + settings.largestBlob()
              + ": raise it, and see that the publisher takes as much");
    }
  }

  private static Mono<byte[]> collect(BlobKey name, BlobSource source) {
    return Flux.defer(source.content())
        .collect(
            () -> new ByteArrayOutputStream((int) source.length()),
            (ByteArrayOutputStream all, ByteBuffer part) -> {
              if (all.size() + (long) part.remaining() > source.length()) {
                throw mismatch(name, "they are more than the " + source.length() + " announced");
              }
              byte[] bytes = new byte[part.remaining()];
              part.duplicate().get(bytes);
              all.writeBytes(bytes);
            })
        .map(ByteArrayOutputStream::toByteArray);
  }

  private static void demandAnnounced(BlobKey name, byte[] bytes, BlobSource source) {
    if (bytes.length != source.length()) {
      throw mismatch(
          name, "they are " + bytes.length + " where " + source.length() + " were announced");
    }
    Digest digest = Digest.sha256(bytes);
    if (!digest.equals(source.digest())) {
      throw mismatch(name, "they hash to " + digest + ", not to " + source.digest());
    }
  }

  private static HubException mismatch(BlobKey name, String difference) {
    return new HubException(
        ErrorCode.STORAGE_CORRUPT,
        "the bytes to store under "
            + name
            + " are not the announced ones: "
            + difference
            + ". Nothing was stored; read or make them again.");
  }

  private Mono<Publisher.Certified> certified(Publisher to, BlobId id, byte[] bytes) {
    return to.store(bytes)
        .doOnNext(
            certified -> {
              if (!certified.id().equals(id)) {
                throw new HubException(
                    ErrorCode.STORAGE_UNAVAILABLE,
                    "the publisher stored "
                        + certified.id()
                        + " where it was sent "
                        + id
                        + ": the bytes changed on the way, or storage setting 'shards' is not the"
                        + " network's number");
              }
            })
        .delayUntil(certified -> downloads.length(id).switchIfEmpty(Mono.error(() -> unread(id))));
  }

  private static HubException unread(BlobId id) {
    return new HubException(
        ErrorCode.STORAGE_UNAVAILABLE,
        "blob "
            + id
            + " is certified but no aggregator knows it yet: see that 'publisher' and"
            + " 'aggregators' are of one network");
  }

  private StoredBlob blob(BlobKey name, BlobSource source, Publisher.Certified certified) {
    return new StoredBlob(
        name,
        certified.id(),
        source.digest(),
        source.length(),
        runtime.clock().instant(),
        expires(certified));
  }

  /**
   * The last of its epochs may end right after the next ones began, so it is not counted. A
   * publisher that found the blob stored already does not tell which epoch it is now: then nothing
   * is known but that it is still there.
   */
  private Instant expires(Publisher.Certified certified) {
    Instant now = runtime.clock().instant();
    return certified.currentEpoch().isPresent()
        ? now.plus(
            settings
                .epochLength()
                .multipliedBy(
                    Math.max(0, certified.endEpoch() - certified.currentEpoch().getAsInt() - 1)))
        : now;
  }
}
