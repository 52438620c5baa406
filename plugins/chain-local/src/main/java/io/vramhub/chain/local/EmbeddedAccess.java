package io.vramhub.chain.local;

import io.vramhub.api.model.ChainHead;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.Receipt;
import java.util.List;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The ledger of this process. Leaves the writer thread before anything of the caller's runs. */
final class EmbeddedAccess implements LedgerAccess {
  private final HostedLedger hosted;
  private final Scheduler blocking;

  EmbeddedAccess(HostedLedger hosted, Scheduler blocking) {
    this.hosted = hosted;
    this.blocking = blocking;
  }

  @Override
  public Mono<NetworkId> network() {
    return Mono.fromSupplier(() -> hosted.ledger().network());
  }

  @Override
  public Mono<ChainHead> head() {
    return Mono.fromSupplier(() -> hosted.ledger().head());
  }

  @Override
  public Mono<List<ChainRecord>> next(long fromSequence) {
    return hosted.ledger().log().next(fromSequence).publishOn(blocking);
  }

  /** What was begun is not undone by cancelling. */
  @Override
  public Mono<Receipt> submit(SignedCall call) {
    return Mono.fromFuture(() -> hosted.ledger().submit(call), true)
        .subscribeOn(blocking)
        .publishOn(blocking);
  }

  @Override
  public Mono<Void> close() {
    return Mono.<Void>fromRunnable(hosted::leave).subscribeOn(blocking);
  }
}
