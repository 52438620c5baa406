package io.vramhub.chain.local;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Ends what a service is doing, and all it is asked later, when it is closed. */
final class ServiceLife {
  private final Sinks.Empty<Void> end = Sinks.empty();
  private final Mono<Void> close;

  /**
   * @param release lets go of what the service holds; subscribed once
   */
  ServiceLife(Mono<Void> release) {
    HubException closed =
        new HubException(ErrorCode.CHAIN_UNAVAILABLE, "the chain adapter was closed");
    this.close =
        Mono.defer(
                () -> {
                  // The first end stands; a repeat finds it done.
                  end.tryEmitError(closed).orThrow();
                  return release;
                })
            .cache();
  }

  /** The Mono, or {@code CHAIN_UNAVAILABLE} as soon as the service is closed. */
  <T> Mono<T> whileOpen(Mono<T> work) {
    return Mono.firstWithSignal(end.asMono().then(Mono.never()), work);
  }

  Mono<Void> close() {
    return close;
  }
}
