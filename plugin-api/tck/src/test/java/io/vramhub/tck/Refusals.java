package io.vramhub.tck;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.spi.PluginContext;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What the services of the canaries refuse alike. */
final class Refusals {
  private Refusals() {}

  /** Opens the service if it was given no settings. */
  static <T> Mono<T> withoutSettings(PluginContext context, Supplier<T> service) {
    return Mono.fromSupplier(
        () -> {
          if (!context.settings().isEmpty()) {
            throw new HubException(
                ErrorCode.CONFIG_INVALID, "no settings: " + context.settings().root().keySet());
          }
          return service.get();
        });
  }

  static <T> Flux<T> whileOpen(AtomicBoolean closed, Flux<T> call) {
    return Flux.defer(() -> closed.get() ? Flux.error(closed()) : call);
  }

  static <T> Mono<T> whileOpen(AtomicBoolean closed, Mono<T> call) {
    return Mono.defer(() -> closed.get() ? Mono.error(closed()) : call);
  }

  private static HubException closed() {
    return new HubException(ErrorCode.INVARIANT_BROKEN, "closed");
  }
}
