package io.vramhub.kernel.plugin;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.spi.HubService;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.ContextView;

/**
 * A slot of the host. Inside a window its service is the one of the window's set, which the Reactor
 * context carries and the window's deadline bounds; outside it is whatever fills the slot at the
 * moment, for as long as a call may take.
 */
final class HostSlot<T extends HubService> implements ServiceSlot<T> {
  /** Nothing a node does outside a window waits longer for one signal of a plugin. */
  private static final Duration CALL_LIMIT = Duration.ofMinutes(2);

  private final SwapDesk desk;
  private final Slot<T> slot;
  private final Scheduler timer;

  HostSlot(SwapDesk desk, Slot<T> slot, Scheduler timer) {
    this.desk = desk;
    this.slot = slot;
    this.timer = timer;
  }

  Slot<T> slot() {
    return slot;
  }

  @Override
  public <R> Mono<R> use(Function<T, Mono<R>> work) {
    return call("a call", work);
  }

  /** Calls a method of the service. */
  <R> Mono<R> call(String what, Function<T, Mono<R>> method) {
    return lent(
        service ->
            PluginCall.mono(service.generation(), what, () -> method.apply(service.service())));
  }

  /** The same for a method that answers with a stream, which must end. */
  <R> Flux<R> stream(String what, Function<T, Flux<R>> method) {
    return Flux.deferContextual(
        view ->
            ofWindow(view)
                .map(service -> stream(what, method, service))
                .orElseGet(
                    () ->
                        Flux.usingWhen(
                                desk.borrow(slot),
                                service -> stream(what, method, service),
                                HostSlot::release,
                                (service, failure) -> release(service),
                                HostSlot::release)
                            .timeout(CALL_LIMIT, timer)
                            .onErrorMap(TimeoutException.class, late -> hangs(what, late))));
  }

  private static <T extends HubService, R> Flux<R> stream(
      String what, Function<T, Flux<R>> method, OpenService<T> service) {
    return PluginCall.flux(service.generation(), what, () -> method.apply(service.service()));
  }

  /** Work on the open service itself. */
  <R> Mono<R> lent(Function<OpenService<T>, Mono<R>> work) {
    return Mono.deferContextual(
        view ->
            ofWindow(view)
                .map(work)
                .orElseGet(
                    () ->
                        Mono.usingWhen(
                                desk.borrow(slot),
                                work,
                                HostSlot::release,
                                (service, failure) -> release(service),
                                HostSlot::release)
                            .timeout(CALL_LIMIT, timer)
                            .onErrorMap(TimeoutException.class, late -> hangs("a call", late))));
  }

  private Optional<OpenService<T>> ofWindow(ContextView view) {
    return view.<PluginSet>getOrEmpty(PluginSet.class).flatMap(set -> set.service(slot));
  }

  private static Mono<Void> release(OpenService<?> service) {
    return Mono.fromRunnable(service::release);
  }

  private HubException hangs(String what, TimeoutException late) {
    return new HubException(
        ErrorCode.PLUGIN_FAILED,
        slot.description() + " gave no sign in " + what + " for " + CALL_LIMIT.toSeconds() + " s",
        late);
  }

  /** What fills the slot at this moment, without a lease: it may be superseded at any time. */
  Mono<OpenService<T>> glimpse() {
    return desk.borrow(slot).doOnNext(OpenService::release);
  }

  /** The same, for what a service answers at once. */
  T present() {
    return desk.current()
        .service(slot)
        .map(OpenService::service)
        .orElseThrow(
            () ->
                new HubException(
                    ErrorCode.PLUGIN_FAILED, "nothing fills slot '" + slot.name() + "'"));
  }

  /** Closes the service and leaves the slot empty. */
  Mono<Void> vacate() {
    return desk.vacate(slot.name());
  }
}
