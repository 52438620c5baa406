package io.vramhub.kernel.pipeline;

import io.vramhub.api.model.AbortCode;
import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.Receipt;
import io.vramhub.api.model.Role;
import io.vramhub.api.model.WindowId;
import io.vramhub.kernel.NodeEvent;
import io.vramhub.kernel.window.WindowClock;
import io.vramhub.protocol.chain.ChainState;
import io.vramhub.protocol.chain.WindowRecord;
import io.vramhub.protocol.window.WindowSchedule;
import java.time.Duration;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Moves windows on when they are due (protocol section 2): opens them, opens their scoring,
 * finalizes them. Anyone may; many nodes run one, whoever comes first has done it, and the others'
 * refusals mean nothing. It signs nothing that could be wrong and keeps no state.
 */
public final class WindowCrank {
  private static final Logger LOG = LoggerFactory.getLogger("vramhub.crank");
  private static final Duration TOO_EARLY_PAUSE = Duration.ofMillis(50);
  private static final int MOST_TOO_EARLY = 40;

  private final RoleServices services;
  private final ChainCalls calls;

  /** A crank that signs with the services' key, which needs no registered record. */
  public WindowCrank(RoleServices services) {
    this.services = services;
    this.calls = new ChainCalls(services, Role.OBSERVER, 0);
  }

  /** Cranks until the given window is final, or until cancelled. */
  public Mono<Void> run(WindowId last) {
    WindowClock clock = new WindowClock(services.follower().time(), this::schedule);
    return services
        .follower()
        .caughtUp()
        .then(Mono.defer(this::finalizeLeftOver))
        .then(Mono.fromSupplier(this::current))
        .flatMapMany(first -> first.compareTo(last) > 0 ? Flux.empty() : clock.from(first))
        .takeUntil(window -> window.compareTo(last) >= 0)
        .concatMap(this::crank, 0)
        .then();
  }

  private Mono<Void> crank(WindowId window) {
    WindowSchedule schedule = schedule(window);
    Mono<Void> opened =
        step(
            window,
            "open-window",
            new ChainCall.OpenWindow(window),
            state -> state.window(window).isPresent(),
            schedule.commitDeadline(window));
    Mono<Void> scoring =
        step(
            window,
            "open-scoring",
            new ChainCall.OpenScoring(window),
            state -> has(state, window, record -> record.scoring().isPresent()),
            schedule.closesAt(window));
    return baseAnchored(window, schedule)
        .then(opened)
        .then(services.follower().time().reached(schedule.commitDeadline(window)))
        .then(scoring)
        .then(services.follower().time().reached(schedule.closesAt(window)))
        .then(finalized(window, schedule.commitDeadline(window.next())));
  }

  private Mono<Void> finalized(WindowId window, long deadlineMs) {
    return step(
        window,
        "finalize",
        new ChainCall.FinalizeWindow(window),
        state -> has(state, window, record -> record.result().isPresent()),
        deadlineMs);
  }

  /** Finalizes a window that ended while nobody was there to do it. */
  private Mono<Void> finalizeLeftOver() {
    long now = services.follower().time().nowMs();
    return Mono.justOrEmpty(
            services
                .follower()
                .read(
                    state ->
                        state
                            .newestWindow()
                            .filter(record -> record.result().isEmpty())
                            .map(WindowRecord::window)))
        .filter(window -> schedule(window).closesAt(window) <= now)
        .flatMap(window -> finalized(window, now + TOO_EARLY_PAUSE.toMillis() * MOST_TOO_EARLY));
  }

  /** Until the checkpoint merged from the window before is anchored, or no longer waited for. */
  private Mono<Void> baseAnchored(WindowId window, WindowSchedule schedule) {
    return Mono.firstWithSignal(
        services.follower().until(state -> isBaseSettled(state, window)),
        services.follower().time().reached(schedule.anchorGraceEnds(window)));
  }

  private static boolean isBaseSettled(ChainState state, WindowId window) {
    if (state.checkpoint(window).isPresent()) {
      return true;
    }
    return state
        .window(window.previous())
        .map(before -> before.result().map(result -> result.topG().isEmpty()).orElse(false))
        .orElse(true);
  }

  /** Submits one call unless its effect is there, and never ends the crank. */
  private Mono<Void> step(
      WindowId window,
      String purpose,
      ChainCall call,
      Function<ChainState, Boolean> done,
      long deadlineMs) {
    return Mono.defer(
            () ->
                services.follower().read(done)
                    ? Mono.empty()
                    : attempt(window, purpose, call, deadlineMs, 0))
        .onErrorResume(
            failure -> {
              LOG.warn("window {}: {} did not reach the chain", window, purpose, failure);
              return Mono.empty();
            });
  }

  private Mono<Void> attempt(
      WindowId window, String purpose, ChainCall call, long deadlineMs, int repetition) {
    return calls
        .submit(window, purpose, call, deadlineMs)
        .flatMap(
            receipt ->
                switch (receipt) {
                  case Receipt.Executed executed -> {
                    cranked(window, purpose);
                    yield Mono.empty();
                  }
                  case Receipt.Aborted(AbortCode code, String message) ->
                      refused(window, purpose, call, deadlineMs, repetition, code);
                });
  }

  private Mono<Void> refused(
      WindowId window,
      String purpose,
      ChainCall call,
      long deadlineMs,
      int repetition,
      AbortCode code) {
    return switch (code) {
      case WINDOW_ALREADY_OPEN, SCORING_ALREADY_OPEN, ALREADY_FINALIZED, TOO_LATE -> Mono.empty();
      // This node's estimate of chain time runs ahead, or the others' votes are on their way.
      case TOO_EARLY, AWAITING_ANCHOR, NOT_FINALIZED ->
          repetition < MOST_TOO_EARLY
              ? Mono.delay(TOO_EARLY_PAUSE, services.timer())
                  .then(attempt(window, purpose, call, deadlineMs, repetition + 1))
              : Mono.empty();
      default -> {
        LOG.debug("window {}: {} was refused: {}", window, purpose, code);
        yield Mono.empty();
      }
    };
  }

  private void cranked(WindowId window, String purpose) {
    LOG.debug("window {}: {}", window, purpose);
    services.events().publish(new NodeEvent.WindowCranked(window, purpose));
  }

  private static boolean has(
      ChainState state, WindowId window, Function<WindowRecord, Boolean> property) {
    return state.window(window).map(property).orElse(false);
  }

  private WindowId current() {
    long now = services.follower().time().nowMs();
    WindowId window = services.follower().read(state -> WindowLoop.windowAt(state, now));
    return window.number() == 0 ? window.next() : window;
  }

  private WindowSchedule schedule(WindowId window) {
    return services
        .follower()
        .read(state -> new WindowSchedule(state.parameters(window).schedule()));
  }
}
