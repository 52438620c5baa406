package io.vramhub.storage.walrus;

import io.vramhub.api.model.BlobRef;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Keeps the blobs alive that this node stored: from time to time stores those for longer that
 * expire soon. What fails is tried again the next time; there are several before a blob is lost.
 */
final class Renewal {
  private static final Logger LOG = LoggerFactory.getLogger(Renewal.class);

  /** How often it is looked within the time for which a blob expires soon. */
  private static final int LOOKS = 8;

  private final BlobBook book;
  private final Uploads uploads;
  private final Downloads downloads;
  private final WalrusSettings settings;
  private final WalrusRuntime runtime;

  Renewal(
      BlobBook book,
      Uploads uploads,
      Downloads downloads,
      WalrusSettings settings,
      WalrusRuntime runtime) {
    this.book = book;
    this.uploads = uploads;
    this.downloads = downloads;
    this.settings = settings;
    this.runtime = runtime;
  }

  /** Renews until it is cancelled. */
  Mono<Void> run() {
    Duration every = settings.renewBefore().dividedBy(LOOKS);
    return Flux.interval(every, runtime.timer())
        .onBackpressureDrop()
        .concatMap(tick -> renewDue(), 1)
        .then();
  }

  private Mono<Void> renewDue() {
    return Flux.defer(() -> Flux.fromIterable(book.all()))
        .filter(this::isDue)
        .concatMap(this::renew)
        .then();
  }

  private boolean isDue(StoredBlob blob) {
    Instant now = runtime.clock().instant();
    return blob.expires().isBefore(now.plus(settings.renewBefore()))
        && blob.stored().isAfter(now.minus(settings.keep()));
  }

  private Mono<Void> renew(StoredBlob blob) {
    BlobRef reference = blob.reference();
    return downloads
        .whole(blob.id(), reference)
        .flatMap(bytes -> uploads.prolong(blob, bytes))
        .publishOn(runtime.blocking())
        .doOnNext(expires -> book.update(blob.expiring(expires)))
        .doOnNext(expires -> LOG.info("{} is stored until {}", blob.name(), expires))
        .onErrorResume(
            failure -> {
              LOG.warn(
                  "{} (blob {}) was not renewed and may expire after {}: {}",
                  blob.name(),
                  blob.id(),
                  blob.expires(),
                  failure.getMessage(),
                  failure);
              return Mono.empty();
            })
        .then();
  }
}
