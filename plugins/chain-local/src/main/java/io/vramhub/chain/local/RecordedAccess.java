package io.vramhub.chain.local;

import io.vramhub.api.model.ChainHead;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.Receipt;
import io.vramhub.protocol.chain.ChainState;
import java.util.List;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** A ledger nobody keeps running, as its file tells it. Its time stands still. */
final class RecordedAccess implements LedgerAccess {
  private final RecordLog log = new RecordLog();
  private final ChainHead head;
  private final Scheduler blocking;

  RecordedAccess(List<ChainRecord> records, Scheduler blocking) {
    ChainState state = ChainState.of(records);
    log.append(records);
    this.head = new ChainHead(state.network(), state.sequence(), state.timeMs());
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
  public Mono<Void> close() {
    return Mono.empty();
  }
}
