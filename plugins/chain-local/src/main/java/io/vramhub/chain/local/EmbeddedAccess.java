package io.vramhub.chain.local;

import io.vramhub.api.model.ChainHead;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.Credential;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.Receipt;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.SealedCredential;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
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

  @Override
  public Mono<Receipt> submit(SignedCall call) {
    return later(() -> hosted.ledger().submit(call));
  }

  @Override
  public Mono<SealedCredential> seal(Credential credential, SealPolicy policy) {
    return Mono.fromCallable(() -> hosted.keys().seal(credential, policy)).subscribeOn(blocking);
  }

  @Override
  public Mono<Credential> open(SealedCredential sealed, SealPolicy policy, AccessProof proof) {
    return later(() -> hosted.keys().open(sealed, policy, proof));
  }

  @Override
  public Mono<Void> close() {
    return Mono.<Void>fromRunnable(hosted::leave).subscribeOn(blocking);
  }

  /** What was begun is not undone by cancelling. */
  private <T> Mono<T> later(Supplier<CompletableFuture<T>> call) {
    return Mono.defer(() -> Mono.fromFuture(call.get(), true))
        .subscribeOn(blocking)
        .publishOn(blocking);
  }
}
