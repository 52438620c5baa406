package io.vramhub.kernel.plugin;

import io.vramhub.api.ApiVersion;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.spi.HubService;
import io.vramhub.api.spi.PluginContext;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Opens services and waits until they are ready; what does not get ready is closed again. */
final class ServiceOpener {
  private static final Duration READY_LIMIT = Duration.ofSeconds(60);

  private final Scheduler timer;
  private final Clock clock;

  ServiceOpener(Scheduler timer, Clock clock) {
    this.timer = timer;
    this.clock = clock;
  }

  <T extends HubService> Mono<OpenService<T>> open(Refill<T> refill) {
    return Mono.defer(
        () -> {
          PluginGeneration generation = refill.offer().generation();
          AtomicReference<Optional<OpenService<T>>> opened =
              new AtomicReference<>(Optional.empty());
          return Mono.fromCallable(() -> context(refill))
              .subscribeOn(generation.blocking())
              .flatMap(
                  context ->
                      PluginCall.mono(
                          generation, "open", () -> refill.offer().provider().open(context)))
              .switchIfEmpty(
                  Mono.error(() -> new IllegalStateException("its open gave no service")))
              .map(service -> new OpenService<>(refill, service))
              .doOnNext(
                  service -> {
                    generation.opened(service);
                    opened.set(Optional.of(service));
                  })
              .flatMap(
                  service ->
                      PluginCall.mono(generation, "ready", service.service()::ready)
                          .thenReturn(service))
              .timeout(READY_LIMIT, timer)
              .onErrorMap(failure -> explain(refill.slot(), failure))
              .onErrorResume(
                  failure ->
                      opened
                          .get()
                          .map(OpenService::retire)
                          .orElse(Mono.empty())
                          .onErrorMap(
                              closing -> {
                                failure.addSuppressed(closing);
                                return failure;
                              })
                          .then(Mono.error(failure)));
        });
  }

  /** Opens one after the other; if one fails, the ones before are closed again. */
  Mono<List<OpenService<?>>> openAll(List<Refill<?>> refills) {
    return Mono.defer(
        () -> {
          List<OpenService<?>> opened = new ArrayList<>();
          return Flux.fromIterable(refills)
              .concatMap(refill -> open(refill).doOnNext(opened::add))
              .then()
              .onErrorResume(
                  failure ->
                      Flux.fromIterable(opened.reversed())
                          .concatMapDelayError(OpenService::retire)
                          .then(Mono.error(failure)))
              .thenReturn(opened);
        });
  }

  private <T extends HubService> PluginContext context(Refill<T> refill) throws IOException {
    Slot<T> slot = refill.slot();
    PluginGeneration generation = refill.offer().generation();
    Files.createDirectories(slot.dataDirectory());
    return new ProviderContext(
        generation.jar().id(),
        ApiVersion.CURRENT,
        slot.settings(),
        slot.dataDirectory(),
        generation.blocking(),
        timer,
        clock,
        slot.node());
  }

  private static Throwable explain(Slot<?> slot, Throwable failure) {
    return switch (failure) {
      case HubException known when known.code() != ErrorCode.PLUGIN_FAILED -> known;
      case TimeoutException late ->
          new HubException(
              ErrorCode.PLUGIN_INVALID,
              slot.description() + " was not ready within " + READY_LIMIT.toSeconds() + " s",
              late);
      case IOException disk ->
          new HubException(
              ErrorCode.DISK,
              "cannot create the data directory "
                  + slot.dataDirectory()
                  + " of "
                  + slot.description(),
              disk);
      default ->
          new HubException(
              ErrorCode.PLUGIN_INVALID,
              slot.description() + " failed to open: " + failure.getMessage(),
              failure);
    };
  }
}
