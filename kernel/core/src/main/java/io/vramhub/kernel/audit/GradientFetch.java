package io.vramhub.kernel.audit;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.ByteRange;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.ChainEvent.GradientCommitted;
import io.vramhub.api.model.Credential;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.SealedCredential;
import io.vramhub.api.spi.CredentialSealer;
import io.vramhub.api.spi.SealReader;
import io.vramhub.api.spi.StorageBackend;
import io.vramhub.kernel.Backoff;
import io.vramhub.kernel.BoundedBytes;
import io.vramhub.kernel.CommittedBlob;
import io.vramhub.protocol.payload.PayloadEnvelope;
import io.vramhub.protocol.payload.PayloadException;
import java.time.Duration;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Fetches a committed gradient of a final window and opens its key, which anyone may do then. */
final class GradientFetch {
  private static final Duration BUDGET = Duration.ofMinutes(2);

  private final StorageBackend storage;
  private final CredentialSealer sealer;
  private final Backoff backoff;

  GradientFetch(StorageBackend storage, CredentialSealer sealer, Backoff backoff) {
    this.storage = storage;
    this.sealer = sealer;
    this.backoff = backoff;
  }

  /**
   * What there is of a gradient.
   *
   * @param stored the stored bytes, empty if nothing is stored. Where something else than the
   *     committed bytes is stored this is an empty run of bytes, which does not have the committed
   *     hash either
   * @param dataKey the opened key, empty if there is none to open or it was sealed for another
   */
  record Fetched(Optional<Bytes> stored, Optional<Credential> dataKey) {
    static final Fetched NOTHING = new Fetched(Optional.empty(), Optional.empty());
    static final Fetched OTHER_BYTES = new Fetched(Optional.of(Bytes.EMPTY), Optional.empty());
  }

  Mono<Fetched> fetch(NetworkId network, GradientCommitted commit) {
    return Mono.defer(
        () -> {
          BlobRef reference = CommittedBlob.in(storage, commit);
          Mono<Fetched> once =
              BoundedBytes.collect(
                      storage.read(reference, ByteRange.whole(reference)), commit.size())
                  .flatMap(
                      bytes ->
                          dataKey(network, commit, bytes)
                              .map(key -> new Fetched(Optional.of(bytes), key)))
                  .onErrorResume(HubException.class, GradientFetch::absence);
          return backoff.retry(once, BUDGET);
        });
  }

  private static Mono<Fetched> absence(HubException failure) {
    return switch (failure.code()) {
      case NOT_FOUND -> Mono.just(Fetched.NOTHING);
      case STORAGE_CORRUPT -> Mono.just(Fetched.OTHER_BYTES);
      default -> Mono.error(failure);
    };
  }

  private Mono<Optional<Credential>> dataKey(
      NetworkId network, GradientCommitted commit, Bytes stored) {
    Optional<SealedCredential> sealed = sealedKey(stored);
    SealPolicy policy = new SealPolicy.Gradient(network, commit.window(), commit.miner());
    return sealed
        .map(
            key ->
                sealer
                    .open(key, policy, new SealReader.Anyone())
                    .map(Optional::of)
                    .onErrorResume(
                        failure ->
                            failure instanceof HubException known
                                && known.code() == ErrorCode.MESSAGE_INVALID,
                        notItsOwn -> Mono.just(Optional.empty())))
        .orElseGet(() -> Mono.just(Optional.empty()));
  }

  private static Optional<SealedCredential> sealedKey(Bytes stored) {
    try {
      return Optional.of(PayloadEnvelope.parse(stored.array()).sealedKey());
    } catch (PayloadException e) {
      // Not an envelope: the verdict on it is the scorer's to give.
      return Optional.empty();
    }
  }
}
