package io.vramhub.kernel.plugin;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.spi.HubService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A service of a generation, open in a slot: the unit that is lent, superseded and closed. After
 * {@link #retire()} it is lent to nobody new; when the last lease comes back it is closed.
 *
 * @param <T> the kind of service
 */
final class OpenService<T extends HubService> {
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

  private final Refill<T> origin;
  private final T service;
  private final Sinks.Empty<Void> superseded = Sinks.empty();
  private final Sinks.Empty<Void> drained = Sinks.empty();
  private final Mono<Void> retirement;
  private final List<Supplier<Mono<Void>>> farewells = new ArrayList<>();
  private int leases;
  private boolean retired;

  OpenService(Refill<T> origin, T service) {
    this.origin = origin;
    this.service = service;
    PluginGeneration generation = origin.offer().generation();
    retirement =
        Mono.defer(
                () -> {
                  stopLending();
                  return drained.asMono();
                })
            .then(Mono.defer(this::farewell))
            .then(
                PluginCall.mono(generation, "close", service::close)
                    .timeout(CLOSE_LIMIT, generation.timer()))
            .onErrorMap(TimeoutException.class, late -> notClosed(generation, late))
            .doOnTerminate(() -> generation.closed(this))
            .cache();
  }

  private static HubException notClosed(PluginGeneration generation, TimeoutException late) {
    return new HubException(
        ErrorCode.PLUGIN_FAILED,
        "plugin "
            + generation.label()
            + " did not close within "
            + CLOSE_LIMIT.toSeconds()
            + " s; its threads were interrupted",
        late);
  }

  /** The slot and the offer it was opened from. */
  Refill<T> origin() {
    return origin;
  }

  Slot<T> slot() {
    return origin.slot();
  }

  PluginGeneration generation() {
    return origin.offer().generation();
  }

  T service() {
    return service;
  }

  /** Takes a lease, to be given back by {@link #release()}, unless the service is retired. */
  synchronized boolean tryAcquire() {
    if (retired) {
      return false;
    }
    leases++;
    return true;
  }

  void release() {
    boolean last;
    synchronized (this) {
      leases--;
      last = retired && leases == 0;
    }
    if (last) {
      drained.tryEmitEmpty().orThrow();
    }
  }

  synchronized int leases() {
    return leases;
  }

  /** Asks endless streams, which hold no lease, to go on with the service that fills the slot. */
  void supersede() {
    // A second wish is the first one.
    superseded.tryEmitEmpty();
  }

  /** Completes when another service fills the slot, or is about to. */
  Mono<Void> superseded() {
    return superseded.asMono();
  }

  /** Registers what must be done between the last lease and the close. */
  synchronized void beforeClose(Supplier<Mono<Void>> farewell) {
    farewells.add(farewell);
  }

  synchronized void forget(Supplier<Mono<Void>> farewell) {
    farewells.remove(farewell);
  }

  /** Stops lending, waits for the last lease, then closes. Repeats share one outcome. */
  Mono<Void> retire() {
    return retirement;
  }

  private void stopLending() {
    boolean idle;
    synchronized (this) {
      retired = true;
      idle = leases == 0;
    }
    if (idle) {
      drained.tryEmitEmpty().orThrow();
    }
  }

  private Mono<Void> farewell() {
    List<Supplier<Mono<Void>>> all;
    synchronized (this) {
      all = List.copyOf(farewells);
      farewells.clear();
    }
    return Flux.fromIterable(all).concatMapDelayError(Supplier::get).then();
  }
}
