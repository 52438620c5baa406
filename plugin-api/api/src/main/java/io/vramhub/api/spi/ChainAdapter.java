package io.vramhub.api.spi;

import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.ChainHead;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.IdempotencyKey;
import io.vramhub.api.model.Receipt;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The chain: an ordered log of events and a door for signed calls. Trouble in reaching it signals
 * {@code CHAIN_UNAVAILABLE} and may be retried; a refusal by a rule is a value.
 */
public interface ChainAdapter extends HubService {
  /** The provider kind for the service files. */
  interface Provider extends ServiceProvider<ChainAdapter> {}

  /** The newest sequence and the chain's time at this moment. */
  Mono<ChainHead> head();

  /**
   * Every event from the given sequence (the first is 1), in order, without gaps, live ones as they
   * happen. Never completes; honours demand; each subscriber has its own position.
   */
  Flux<ChainRecord> events(long fromSequence);

  /**
   * Signs and submits a call. Under the same key the effect happens at most once: a repeat returns
   * the first receipt. An aborted call is not remembered, so it may be repeated when the reason has
   * passed.
   */
  Mono<Receipt> submit(Signer signer, ChainCall call, IdempotencyKey key);
}
