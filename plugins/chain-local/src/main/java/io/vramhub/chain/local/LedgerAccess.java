package io.vramhub.chain.local;

import io.vramhub.api.model.ChainHead;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.Receipt;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * A way to the ledger: in this process, over the wire, or in a file nobody writes. All Monos are
 * cold, may be repeated, and signal on a thread that may block.
 */
interface LedgerAccess {
  Mono<NetworkId> network();

  Mono<ChainHead> head();

  /**
   * The records from the sequence on, some of them, in order. May be empty when none has come for a
   * while; otherwise waits for the first.
   */
  Mono<List<ChainRecord>> next(long fromSequence);

  Mono<Receipt> submit(SignedCall call);

  /** Lets go of it. Called once. */
  Mono<Void> close();
}
