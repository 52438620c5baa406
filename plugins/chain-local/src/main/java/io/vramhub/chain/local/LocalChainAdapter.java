package io.vramhub.chain.local;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.ChainHead;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.IdempotencyKey;
import io.vramhub.api.model.Receipt;
import io.vramhub.api.spi.ChainAdapter;
import io.vramhub.api.spi.Signer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The chain adapter over any access to a local ledger. */
final class LocalChainAdapter implements ChainAdapter {
  private final LedgerAccess access;
  private final ServiceLife life;

  LocalChainAdapter(LedgerAccess access) {
    this.access = access;
    this.life = new ServiceLife(access.close());
  }

  @Override
  public Mono<Void> ready() {
    return head().then();
  }

  @Override
  public Mono<ChainHead> head() {
    return life.whileOpen(access.head());
  }

  /**
   * One slice is asked for at a time, and the next only when the subscriber has room, so a slow
   * subscriber holds one slice and no thread.
   */
  @Override
  public Flux<ChainRecord> events(long fromSequence) {
    return Flux.defer(
        () -> {
          AtomicLong position = new AtomicLong(Math.max(1, fromSequence));
          return Mono.defer(() -> life.whileOpen(access.next(position.get())))
              .doOnNext(slice -> advance(position, slice))
              .repeat()
              .concatMapIterable(slice -> slice, 1);
        });
  }

  private static void advance(AtomicLong position, List<ChainRecord> slice) {
    for (ChainRecord next : slice) {
      long expected = position.getAndIncrement();
      if (next.sequence() != expected) {
        throw new HubException(
            ErrorCode.CHAIN_CORRUPT,
            "the ledger gave event " + next.sequence() + " where " + expected + " is next");
      }
    }
  }

  @Override
  public Mono<Receipt> submit(Signer signer, ChainCall call, IdempotencyKey key) {
    return life.whileOpen(
        access
            .network()
            .flatMap(network -> access.submit(SignedCall.sign(signer, network, call, key))));
  }

  @Override
  public Mono<Void> close() {
    return life.close();
  }
}
