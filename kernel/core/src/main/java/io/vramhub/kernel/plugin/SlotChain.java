package io.vramhub.kernel.plugin;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.ChainHead;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.IdempotencyKey;
import io.vramhub.api.model.Receipt;
import io.vramhub.api.spi.ChainAdapter;
import io.vramhub.api.spi.Signer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The chain of a node, whichever plugin reaches it at the moment. A stream of events goes on with
 * the next plugin where it stopped with the one before.
 */
record SlotChain(HostSlot<ChainAdapter> slot) implements ChainAdapter {
  @Override
  public Mono<ChainHead> head() {
    return slot.call("head", ChainAdapter::head);
  }

  @Override
  public Flux<ChainRecord> events(long fromSequence) {
    return Flux.defer(
        () -> {
          AtomicLong next = new AtomicLong(fromSequence);
          return slot.glimpse().flatMapMany(chain -> until(chain, next)).repeat();
        });
  }

  /** Events from one plugin, until another one takes over. */
  private static Flux<ChainRecord> until(OpenService<ChainAdapter> chain, AtomicLong next) {
    AtomicBoolean superseded = new AtomicBoolean();
    return PluginCall.flux(chain.generation(), "events", () -> chain.service().events(next.get()))
        .takeUntilOther(chain.superseded().doOnSuccess(ignored -> superseded.set(true)))
        .doOnNext(record -> next.set(record.sequence() + 1))
        .concatWith(Mono.defer(() -> superseded.get() ? Mono.empty() : Mono.error(ended())));
  }

  private static HubException ended() {
    return new HubException(ErrorCode.CHAIN_UNAVAILABLE, "the chain's event stream ended");
  }

  @Override
  public Mono<Receipt> submit(Signer signer, ChainCall call, IdempotencyKey key) {
    return slot.call("submit", chain -> chain.submit(signer, call, key));
  }

  @Override
  public Mono<Void> close() {
    return slot.vacate();
  }
}
