package io.vramhub.kernel.pipeline;

import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.ByteRange;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.ChainEvent.GradientCommitted;
import io.vramhub.api.spi.StorageBackend;
import io.vramhub.kernel.BoundedBytes;
import io.vramhub.kernel.CommittedBlob;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * What storage really holds for a commit, so that the enclave can say MISSING or HASH_MISMATCH of
 * it. Absence is an answer only if storage gives it twice; trouble stays an error and never becomes
 * a verdict on a miner.
 */
final class StoredBytes {
  private StoredBytes() {}

  /**
   * The stored bytes; empty if nothing is stored. At most one byte more than the committed size is
   * read: that is enough to see that something else is stored.
   */
  static Mono<Optional<Bytes>> of(StorageBackend storage, GradientCommitted commit) {
    return Mono.defer(
        () -> {
          BlobRef reference = CommittedBlob.in(storage, commit);
          return BoundedBytes.collect(
                  storage.read(reference, ByteRange.whole(reference)), commit.size())
              .map(Optional::of)
              .onErrorResume(
                  HubException.class,
                  failure ->
                      switch (failure.code()) {
                        case NOT_FOUND, STORAGE_CORRUPT -> whatIsThere(storage, commit, reference);
                        default -> Mono.error(failure);
                      });
        });
  }

  private static Mono<Optional<Bytes>> whatIsThere(
      StorageBackend storage, GradientCommitted commit, BlobRef reference) {
    return storage
        .stat(reference.key())
        .map(Optional::of)
        .defaultIfEmpty(Optional.empty())
        .flatMap(
            found ->
                found.isPresent()
                    ? BoundedBytes.unverified(storage, found.get(), commit.size() + 1)
                        .map(Optional::of)
                    : Mono.just(Optional.empty()));
  }
}
