package io.vramhub.node;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobInfo;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.ByteRange;
import io.vramhub.api.model.ChainHead;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.spi.ChainAdapter;
import io.vramhub.api.spi.NodeView;
import io.vramhub.api.spi.StorageBackend;
import io.vramhub.kernel.Backoff;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What a node's guests see of it: its chain and, if it has one, its storage, without the methods
 * that change anything. A guest's stream of events survives a chain that cannot be reached for a
 * while.
 */
final class GuestView implements NodeView {
  private final ChainAdapter chain;
  private final Optional<StorageBackend> storage;
  private final Backoff backoff;

  GuestView(ChainAdapter chain, Optional<StorageBackend> storage, Backoff backoff) {
    this.chain = chain;
    this.storage = storage;
    this.backoff = backoff;
  }

  @Override
  public Mono<ChainHead> head() {
    return chain.head();
  }

  @Override
  public Flux<ChainRecord> events(long fromSequence) {
    return Flux.defer(
        () -> {
          AtomicLong next = new AtomicLong(fromSequence);
          return backoff.resumeForever(
              Flux.defer(() -> chain.events(next.get()))
                  // A chain may repeat at a reconnect; a guest gets each event once.
                  .filter(record -> record.sequence() >= next.get())
                  .doOnNext(record -> next.set(record.sequence() + 1))
                  .concatWith(Mono.error(GuestView::ended)));
        });
  }

  private static HubException ended() {
    return new HubException(ErrorCode.CHAIN_UNAVAILABLE, "the chain's event stream ended");
  }

  @Override
  public Flux<ByteBuffer> read(BlobRef ref, ByteRange range) {
    return Flux.defer(() -> present().read(ref, range));
  }

  @Override
  public Mono<BlobInfo> stat(BlobKey key) {
    return Mono.defer(() -> present().stat(key));
  }

  private StorageBackend present() {
    return storage.orElseThrow(
        () -> new HubException(ErrorCode.NOT_SUPPORTED, "this node has no storage"));
  }
}
