package io.vramhub.kernel.plugin;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.spi.HubService;
import io.vramhub.kernel.NodeEvent;
import io.vramhub.kernel.NodeEvents;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Decides which services fill the slots at which moment. The first role to enter a window pins the
 * set of that moment to it, with the swaps that waited published first; every other role of the
 * window gets the same set, and the old services are closed when all roles have left the windows
 * that began with them.
 *
 * <p>A hand-over holds the new window back: it waits until the older windows are over, closes the
 * old service and opens the new one; if that fails the old one is opened again.
 *
 * <p>State is guarded by the monitor; nothing of a plugin is called under it.
 */
final class SwapDesk {
  /** Two windows of the default length: older windows have ended by then, or never will. */
  private static final Duration HAND_OVER_LIMIT = Duration.ofMinutes(20);

  private static final int AT_ONCE = 16;

  private final PluginShelf shelf;
  private final ServiceOpener opener;
  private final CollectionProof proof;
  private final Scheduler timer;
  private final NodeEvents events;
  private final Map<Seat, WindowId> left = new HashMap<>();
  private final TreeMap<WindowId, Pin> pins = new TreeMap<>();
  private final List<Swap> waiting = new ArrayList<>();
  private final Set<String> blocked = new HashSet<>();
  private final List<Sinks.Empty<Void>> untilIdle = new ArrayList<>();
  private final Set<Mono<Void>> retiring = new HashSet<>();
  private PluginSet current = PluginSet.EMPTY;
  private Optional<Mono<Void>> handOver = Optional.empty();
  private Optional<WindowId> newest = Optional.empty();

  SwapDesk(
      PluginShelf shelf,
      ServiceOpener opener,
      CollectionProof proof,
      Scheduler timer,
      NodeEvents events) {
    this.shelf = shelf;
    this.opener = opener;
    this.proof = proof;
    this.timer = timer;
    this.events = events;
  }

  /** A window's set, and how many roles are in the window. */
  private static final class Pin {
    private final WindowId window;
    private final PluginSet set;
    private int inside;

    Pin(WindowId window, PluginSet set) {
      this.window = window;
      this.set = set;
    }
  }

  synchronized PluginSet current() {
    return current;
  }

  synchronized List<Swap> waiting() {
    return List.copyOf(waiting);
  }

  /** Opens a service into a slot that is empty. */
  <T extends HubService> Mono<OpenService<T>> fill(Refill<T> refill) {
    return opener.open(refill).flatMap(service -> put(service).thenReturn(service));
  }

  private Mono<Void> put(OpenService<?> service) {
    return Mono.defer(
        () -> {
          synchronized (this) {
            if (current.service(service.slot().name()).isEmpty()) {
              current = current.with(List.of(service));
              return Mono.empty();
            }
          }
          return service
              .retire()
              .then(
                  Mono.error(
                      new HubException(
                          ErrorCode.INVARIANT_BROKEN,
                          "slot '" + service.slot().name() + "' is filled already")));
        });
  }

  /** Closes what fills the slot, when it is not in use any more, and leaves the slot empty. */
  Mono<Void> vacate(String slot) {
    return Mono.defer(
        () -> {
          Optional<OpenService<?>> service;
          synchronized (this) {
            service = current.service(slot);
            current = current.without(slot);
          }
          service.ifPresent(OpenService::supersede);
          return service.map(OpenService::retire).orElse(Mono.empty());
        });
  }

  // ---- borrowing

  /** Lends what fills the slot at this moment; waits while it is handed over. */
  <T extends HubService> Mono<OpenService<T>> borrow(Slot<T> slot) {
    return Mono.defer(() -> unblocked(slot.name()))
        .then(Mono.fromSupplier(() -> acquire(slot)))
        .doOnDiscard(OpenService.class, OpenService::release);
  }

  private Mono<Void> unblocked(String slot) {
    synchronized (this) {
      return blocked.contains(slot) ? handOver.orElse(Mono.empty()) : Mono.empty();
    }
  }

  private synchronized <T extends HubService> OpenService<T> acquire(Slot<T> slot) {
    OpenService<T> service =
        current
            .service(slot)
            .orElseThrow(
                () ->
                    new HubException(
                        ErrorCode.PLUGIN_FAILED, "nothing fills slot '" + slot.name() + "'"));
    if (!service.tryAcquire()) {
      throw new HubException(
          ErrorCode.PLUGIN_FAILED, slot.description() + " is being closed and takes no new work");
    }
    return service;
  }

  // ---- windows

  Seat seat() {
    return new Seat() {
      @Override
      public <R> Mono<R> during(WindowId window, Mono<R> work) {
        return Mono.usingWhen(
            enter(this, window),
            pin -> work.contextWrite(context -> context.put(PluginSet.class, pin.set)),
            pin -> exit(this, pin),
            (pin, failure) -> exit(this, pin),
            pin -> exit(this, pin));
      }

      @Override
      public void leave() {
        tidy(() -> left.remove(this));
      }
    };
  }

  private Mono<Pin> enter(Seat seat, WindowId window) {
    return Mono.defer(() -> admission(seat, window))
        .then(Mono.fromSupplier(() -> pin(window)))
        .doOnDiscard(Pin.class, pin -> leave(seat, pin));
  }

  /** Completes when the window may begin; publishes what waited for it. */
  private Mono<Void> admission(Seat seat, WindowId window) {
    tidy(() -> left.merge(seat, window.previous(), SwapDesk::later));
    List<Publication> published = new ArrayList<>();
    Mono<Void> admitted;
    synchronized (this) {
      if (newest.map(known -> known.compareTo(window) >= 0).orElse(false)) {
        return Mono.empty();
      }
      for (Swap swap : List.copyOf(waiting)) {
        if (swap.isDue(window) && !swap.isHandOver()) {
          waiting.remove(swap);
          published.add(publish(swap, Optional.of(window)));
        }
      }
      if (handOver.isEmpty()) {
        waiting.stream()
            .filter(swap -> swap.isDue(window))
            .findFirst()
            .ifPresent(swap -> startHandOver(swap, Optional.of(window)));
      }
      admitted = handOver.orElse(Mono.empty());
      if (handOver.isEmpty()) {
        newest = Optional.of(window);
      }
    }
    published.forEach(this::conclude);
    return admitted;
  }

  private static WindowId later(WindowId one, WindowId other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  private synchronized Pin pin(WindowId window) {
    Pin pin = pins.get(window);
    if (pin == null) {
      if (!current.tryAcquire()) {
        throw new HubException(
            ErrorCode.PLUGIN_FAILED, "the plugins are being closed and take no new work");
      }
      pin = new Pin(window, current);
      pins.put(window, pin);
      newest = Optional.of(newest.map(known -> later(known, window)).orElse(window));
    }
    pin.inside++;
    return pin;
  }

  private Mono<Void> exit(Seat seat, Pin pin) {
    return Mono.fromRunnable(() -> leave(seat, pin));
  }

  private void leave(Seat seat, Pin pin) {
    tidy(
        () -> {
          pin.inside--;
          left.computeIfPresent(seat, (role, window) -> later(window, pin.window));
        });
  }

  /**
   * Changes who is where, and lets go of the windows that all roles have left: a role that has not
   * been in a window yet may still enter it and must find the same set.
   */
  private void tidy(Runnable change) {
    List<PluginSet> released = new ArrayList<>();
    List<Sinks.Empty<Void>> idle = new ArrayList<>();
    synchronized (this) {
      change.run();
      pins.values()
          .removeIf(
              pin -> {
                boolean over =
                    pin.inside == 0
                        && left.values().stream().allMatch(done -> done.compareTo(pin.window) >= 0);
                if (over) {
                  released.add(pin.set);
                }
                return over;
              });
      if (pins.isEmpty()) {
        idle.addAll(untilIdle);
        untilIdle.clear();
      }
    }
    released.forEach(PluginSet::release);
    idle.forEach(sink -> sink.tryEmitEmpty().orThrow());
  }

  private Mono<Void> allWindowsLeft() {
    return Mono.defer(
        () -> {
          synchronized (this) {
            if (pins.isEmpty()) {
              return Mono.empty();
            }
            Sinks.Empty<Void> sink = Sinks.empty();
            untilIdle.add(sink);
            return sink.asMono();
          }
        });
  }

  // ---- swaps

  /**
   * Takes a swap to the next window, or carries it out at once if no role is in windows. One that
   * waited for the same slots gives way.
   */
  Mono<Void> propose(Swap swap) {
    return Mono.defer(
        () -> {
          List<Swap> overtaken;
          Optional<Publication> published = Optional.empty();
          Mono<Void> work = Mono.empty();
          synchronized (this) {
            if (left.isEmpty() && handOver.isPresent()) {
              return handOver.get().then(propose(swap));
            }
            overtaken = waiting.stream().filter(swap::touches).toList();
            waiting.removeAll(overtaken);
            if (!left.isEmpty()) {
              waiting.add(swap);
            } else if (swap.isHandOver()) {
              waiting.add(swap);
              startHandOver(swap, Optional.empty());
              work = handOver.orElse(Mono.empty());
            } else {
              published = Optional.of(publish(swap, Optional.empty()));
            }
          }
          published.ifPresent(this::conclude);
          return discardAll(overtaken, "a newer swap of the same slots took its place").then(work);
        });
  }

  /** Gives up what waits for any of these slots: what fills them now is wanted again. */
  Mono<Void> withdraw(List<String> slots) {
    return Mono.defer(
        () -> {
          List<Swap> unwanted;
          synchronized (this) {
            unwanted =
                waiting.stream()
                    .filter(swap -> swap.slots().stream().anyMatch(slots::contains))
                    .toList();
            waiting.removeAll(unwanted);
          }
          return discardAll(unwanted, "its jar was replaced by the one that runs");
        });
  }

  private Mono<Void> discardAll(List<Swap> swaps, String reason) {
    return Flux.fromIterable(swaps)
        .concatMap(
            swap ->
                discard(
                    swap, new HubException(ErrorCode.PLUGIN_INVALID, swap.slots() + ": " + reason)))
        .then();
  }

  /** Gives up a swap: closes what was prepared for it, and its generation if nobody else has it. */
  private Mono<Void> discard(Swap swap, HubException reason) {
    swap.result().tryEmitError(reason).orThrow();
    return Flux.fromIterable(swap.prepared())
        .concatMapDelayError(OpenService::retire)
        .then(Mono.defer(() -> release(swap.generation())))
        .onErrorResume(
            failure -> {
              trouble(swap.generation(), failure);
              return Mono.empty();
            });
  }

  /** Unloads a generation that is not, or no longer, on the shelf. */
  Mono<Void> release(PluginGeneration generation) {
    String id = generation.jar().id();
    boolean shelved = shelf.generation(id).filter(kept -> kept == generation).isPresent();
    return shelved ? Mono.empty() : unload(generation);
  }

  private Mono<Void> unload(PluginGeneration generation) {
    return generation
        .leaveShelf()
        .doOnSuccess(ignored -> proof.expect(generation.loader(), generation.label()));
  }

  private record Publication(
      Swap swap, List<OpenService<?>> replaced, Optional<WindowId> window, long startedNanos) {}

  private Publication publish(Swap swap, Optional<WindowId> window) {
    List<OpenService<?>> replaced = replacedBy(swap);
    current = current.with(swap.prepared());
    return new Publication(swap, replaced, window, timer.now(TimeUnit.NANOSECONDS));
  }

  private List<OpenService<?>> replacedBy(Swap swap) {
    List<OpenService<?>> replaced = new ArrayList<>();
    swap.slots().forEach(slot -> current.service(slot).ifPresent(replaced::add));
    return replaced;
  }

  /** Closes what a swap replaced, as soon as nobody uses it, and tells how long that took. */
  private void conclude(Publication publication) {
    publication.replaced().forEach(OpenService::supersede);
    PluginGeneration generation = publication.swap().generation();
    Mono<Void> closing =
        Flux.fromIterable(publication.replaced())
            .flatMapDelayError(OpenService::retire, AT_ONCE, 1)
            .then(Mono.defer(() -> replaceOnShelf(generation)))
            .onErrorResume(
                failure -> {
                  trouble(publication.replaced().getFirst().generation(), failure);
                  return Mono.empty();
                })
            .doOnSuccess(ignored -> tell(publication))
            .cache();
    synchronized (this) {
      retiring.add(closing);
    }
    closing.doFinally(signal -> forget(closing)).subscribe();
  }

  private synchronized void forget(Mono<Void> closing) {
    retiring.remove(closing);
  }

  private Mono<Void> replaceOnShelf(PluginGeneration generation) {
    return shelf
        .put(generation)
        .filter(old -> old != generation)
        .map(this::unload)
        .orElse(Mono.empty());
  }

  private void tell(Publication publication) {
    Duration took = Duration.ofNanos(timer.now(TimeUnit.NANOSECONDS) - publication.startedNanos());
    Swap swap = publication.swap();
    String from = publication.replaced().getFirst().generation().label();
    Swapped swapped =
        new Swapped(swap.slots(), from, swap.generation().label(), publication.window(), took);
    events.publish(
        new NodeEvent.PluginSwapped(
            swapped.slots(), swapped.from(), swapped.to(), swapped.window(), swapped.took()));
    swap.result().tryEmitValue(swapped).orThrow();
  }

  private void trouble(PluginGeneration generation, Throwable failure) {
    events.publish(
        new NodeEvent.PluginTrouble(generation.label(), String.valueOf(failure.getMessage())));
  }

  // ---- hand-over

  private void startHandOver(Swap swap, Optional<WindowId> window) {
    waiting.remove(swap);
    long started = timer.now(TimeUnit.NANOSECONDS);
    handOver =
        Optional.of(
            allWindowsLeft()
                .timeout(HAND_OVER_LIMIT, timer)
                .then(Mono.defer(() -> handOver(swap, window, started)))
                .onErrorResume(failure -> refuse(swap, failure))
                .then(Mono.fromRunnable(this::endHandOver))
                .then()
                .cache());
  }

  private synchronized void endHandOver() {
    handOver = Optional.empty();
    blocked.clear();
  }

  private Mono<Void> handOver(Swap swap, Optional<WindowId> window, long started) {
    List<OpenService<?>> old;
    synchronized (this) {
      old = replacedBy(swap);
      blocked.addAll(swap.slots());
    }
    old.forEach(OpenService::supersede);
    return Flux.fromIterable(old.reversed())
        .concatMap(OpenService::retire)
        .then(Mono.defer(() -> reopen(swap.refills())))
        .onErrorResume(
            failure ->
                reopen(old.stream().<Refill<?>>map(OpenService::origin).toList())
                    .then(Mono.error(failure)))
        .then(Mono.fromRunnable(() -> conclude(new Publication(swap, old, window, started))));
  }

  private Mono<Void> reopen(List<Refill<?>> refills) {
    return opener.openAll(refills).doOnNext(this::install).then();
  }

  private synchronized void install(List<OpenService<?>> opened) {
    current = current.with(opened);
  }

  private Mono<Void> refuse(Swap swap, Throwable failure) {
    HubException reason =
        switch (failure) {
          case TimeoutException late ->
              new HubException(
                  ErrorCode.PLUGIN_INVALID,
                  swap.generation().label()
                      + " cannot take over: older windows were not left within "
                      + HAND_OVER_LIMIT.toMinutes()
                      + " minutes",
                  late);
          case HubException known -> known;
          default ->
              new HubException(
                  ErrorCode.PLUGIN_INVALID,
                  swap.generation().label() + " cannot take over: " + failure.getMessage(),
                  failure);
        };
    trouble(swap.generation(), reason);
    return discard(swap, reason);
  }

  /**
   * Closes every service when its leases are back, and unloads every plugin. An error tells of the
   * first that did not close; the others are closed all the same.
   */
  Mono<Void> close(Duration limit) {
    return Mono.defer(
        () -> {
          List<OpenService<?>> open;
          List<Swap> abandoned;
          List<Mono<Void>> closing;
          synchronized (this) {
            open = current.services();
            current = PluginSet.EMPTY;
            abandoned = List.copyOf(waiting);
            waiting.clear();
            closing = List.copyOf(retiring);
          }
          // Nobody enters a window any more; those who are in one are waited for.
          tidy(left::clear);
          open.forEach(OpenService::supersede);
          return discardAll(abandoned, "the node is closing")
              .then(
                  Flux.fromIterable(open.reversed())
                      .concatMapDelayError(service -> service.retire().timeout(limit, timer))
                      .concatWith(Flux.concat(closing))
                      .concatWith(
                          Flux.fromIterable(shelf.generations())
                              .concatMap(
                                  generation -> generation.leaveShelf().timeout(limit, timer)))
                      .then());
        });
  }
}
