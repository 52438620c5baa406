package io.vramhub.chain.local;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.ChainHead;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.Receipt;
import java.util.List;
import reactor.core.publisher.Mono;

/** Another access without its door for calls. */
final class ReadOnlyAccess implements LedgerAccess {
  private final LedgerAccess access;

  ReadOnlyAccess(LedgerAccess access) {
    this.access = access;
  }

  static Mono<Receipt> refused() {
    return Mono.error(
        () ->
            new HubException(
                ErrorCode.NOT_SUPPORTED,
                "this ledger was opened read-only and takes no calls: set \"endpoint\" to submit"));
  }

  @Override
  public Mono<NetworkId> network() {
    return access.network();
  }

  @Override
  public Mono<ChainHead> head() {
    return access.head();
  }

  @Override
  public Mono<List<ChainRecord>> next(long fromSequence) {
    return access.next(fromSequence);
  }

  @Override
  public Mono<Receipt> submit(SignedCall call) {
    return refused();
  }

  @Override
  public Mono<Void> close() {
    return access.close();
  }
}
