package io.vramhub.api.spi;

import reactor.core.publisher.Mono;

/** A running service of a plugin. Opened once, used from many threads, closed once. */
public interface HubService {
  /** Completes when the service can do its work; called once after opening, under a time limit. */
  default Mono<Void> ready() {
    return Mono.empty();
  }

  /** Releases everything. Repeats have no effect; calls after it signal an error. */
  Mono<Void> close();
}
