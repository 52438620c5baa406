package io.vramhub.chain.local;

import io.vramhub.api.model.ChainHead;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.Credential;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.Receipt;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.SealedCredential;
import io.vramhub.protocol.chain.ChainState;
import java.nio.file.Path;
import java.util.List;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** A ledger nobody keeps running, as its file tells it. Its time stands still. */
final class RecordedAccess implements LedgerAccess {
  private final RecordLog log = new RecordLog();
  private final ChainHead head;
  private final LocalKeyServer keys;
  private final Scheduler blocking;

  RecordedAccess(Path directory, List<ChainRecord> records, Scheduler blocking) {
    ChainState state = ChainState.of(records);
    log.append(records);
    this.head = new ChainHead(state.network(), state.sequence(), state.timeMs());
    this.keys = new LocalKeyServer(directory, LocalKeyServer.of(state, head));
    this.blocking = blocking;
  }

  @Override
  public Mono<NetworkId> network() {
    return Mono.just(head.network());
  }

  @Override
  public Mono<ChainHead> head() {
    return Mono.just(head);
  }

  @Override
  public Mono<List<ChainRecord>> next(long fromSequence) {
    return log.next(fromSequence).publishOn(blocking);
  }

  @Override
  public Mono<Receipt> submit(SignedCall call) {
    return ReadOnlyAccess.refused();
  }

  @Override
  public Mono<SealedCredential> seal(Credential credential, SealPolicy policy) {
    return Mono.fromCallable(() -> keys.seal(credential, policy)).subscribeOn(blocking);
  }

  @Override
  public Mono<Credential> open(SealedCredential sealed, SealPolicy policy, AccessProof proof) {
    return Mono.defer(() -> Mono.fromFuture(keys.open(sealed, policy, proof)))
        .subscribeOn(blocking);
  }

  @Override
  public Mono<Void> close() {
    return Mono.empty();
  }
}
