package io.vramhub.storage.walrus;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.ByteRange;
import io.vramhub.api.model.Digest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Reads blobs from whichever aggregator gives them. An aggregator that sends other bytes than the
 * blob's is passed over, and is told from a blob that is not what its reader expects: the blob's
 * name decides.
 */
final class Downloads {
  private static final Logger LOG = LoggerFactory.getLogger(Downloads.class);

  private final Aggregators aggregators;
  private final BlobNaming naming;
  private final int largestBlob;

  Downloads(Aggregators aggregators, BlobNaming naming, int largestBlob) {
    this.aggregators = aggregators;
    this.naming = naming;
    this.largestBlob = largestBlob;
  }

  /** The blob that the reference describes; {@code STORAGE_CORRUPT} if it is another one. */
  Mono<byte[]> whole(BlobId id, BlobRef expected) {
    return authentic(id, expected.digest(), expected.length())
        .doOnNext(
            bytes -> {
              Digest digest = Digest.sha256(bytes);
              if (!digest.equals(expected.digest()) || bytes.length != expected.length()) {
                throw new HubException(
                    ErrorCode.STORAGE_CORRUPT,
                    "blob "
                        + id
                        + " on Walrus is not what was expected: it has "
                        + bytes.length
                        + " bytes that hash to "
                        + digest
                        + ", not "
                        + expected.length()
                        + " that hash to "
                        + expected.digest());
              }
            });
  }

  /** The blob's own bytes: the expected ones, or others that do have its name. */
  private Mono<byte[]> authentic(BlobId id, Digest digest, long length) {
    return aggregators.first(
        aggregator ->
            aggregator
                .blob(id, largestBlob)
                .flatMap(
                    bytes ->
                        bytes.length == length && Digest.sha256(bytes).equals(digest)
                            ? Mono.just(bytes)
                            : named(aggregator, id, bytes)));
  }

  private Mono<byte[]> named(Aggregator aggregator, BlobId id, byte[] bytes) {
    return naming
        .of(bytes)
        .flatMap(
            actual -> {
              if (actual.equals(id)) {
                return Mono.just(bytes);
              }
              LOG.warn("{} sent other bytes than those of blob {}", aggregator, id);
              return Mono.error(
                  aggregator.unusable("it sent other bytes than those of blob " + id));
            });
  }

  /** A part of the blob, as an aggregator sends it. */
  Mono<byte[]> part(BlobId id, ByteRange range) {
    if (range.length() == 0) {
      return aggregators.first(aggregator -> aggregator.length(id)).map(length -> new byte[0]);
    }
    if (range.length() > largestBlob) {
      return Mono.error(
          () ->
              new HubException(
                  ErrorCode.NOT_SUPPORTED,
                  range.length()
                      + " bytes of blob "
                      + id
                      + " are more than storage setting 'largest-blob' allows: "
                      + largestBlob));
    }
    return aggregators.first(aggregator -> aggregator.range(id, range));
  }

  /** How long the blob is; empty if no aggregator has it. */
  Mono<Long> length(BlobId id) {
    return aggregators
        .first(aggregator -> aggregator.length(id))
        .onErrorResume(
            failure -> failure instanceof HubException known && known.code() == ErrorCode.NOT_FOUND,
            absent -> Mono.empty());
  }
}
