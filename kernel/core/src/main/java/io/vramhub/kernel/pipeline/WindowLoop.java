package io.vramhub.kernel.pipeline;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.ErrorKind;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.Role;
import io.vramhub.api.model.WindowId;
import io.vramhub.kernel.journal.SkipReason;
import io.vramhub.kernel.journal.WindowJournal;
import io.vramhub.kernel.journal.WindowOutcome;
import io.vramhub.kernel.plugin.Seat;
import io.vramhub.kernel.replica.ChainFollower;
import io.vramhub.kernel.window.WindowClock;
import io.vramhub.protocol.chain.ChainState;
import io.vramhub.protocol.window.WindowSchedule;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The windows of one role: which to begin with after a start, when each opens, and that each ends
 * with exactly one outcome in the journal, whatever happens inside it.
 */
final class WindowLoop {
  /** The first window that is opened; window 0 is for registration. */
  private static final WindowId FIRST = new WindowId(1);

  private final RoleServices services;
  private final WindowJournal journal;
  private final WindowConsole console;
  private final Seat seat;
  private final int lookBack;

  /**
   * The loop of a role.
   *
   * @param lookBack windows before the current one that a restarted role may still finish
   */
  WindowLoop(RoleServices services, WindowJournal journal, Role role, int uid, int lookBack) {
    this.services = services;
    this.journal = journal;
    this.console = new WindowConsole(services.events(), role, uid);
    this.seat = services.seats().get();
    this.lookBack = lookBack;
  }

  /**
   * The windows up to the last one, each when it opens, once the chain's past is known here. A slow
   * consumer gets them late, never not.
   *
   * @param settle ends windows that a crash left open but whose effect can be told from the chain;
   *     windows missed while the node was down are written as skipped after it
   */
  Flux<WindowContext> windows(WindowId last, Mono<Void> settle) {
    ChainFollower follower = services.follower();
    WindowClock clock = new WindowClock(follower.time(), this::schedule);
    return follower
        .caughtUp()
        .then(settle)
        .then(Mono.fromCallable(this::resume).subscribeOn(services.blocking()))
        .flatMapMany(first -> first.compareTo(last) > 0 ? Flux.empty() : clock.from(first))
        .takeUntil(window -> window.compareTo(last) >= 0)
        .map(this::context);
  }

  private WindowId resume() {
    WindowId current = current();
    WindowId first = current;
    for (int back = 0;
        back < lookBack && !journal.isEmpty() && first.compareTo(FIRST) > 0;
        back++) {
      first = first.previous();
    }
    while (journal.outcome(first).isPresent()) {
      first = first.next();
    }
    int missed = journal.skipMissed(first);
    if (missed > 0) {
      console.windowsMissed(missed);
    }
    return first;
  }

  /** The window that chain time is in, the first one during registration. */
  WindowId current() {
    long now = services.follower().time().nowMs();
    WindowId window = services.follower().read(state -> windowAt(state, now));
    return window.compareTo(FIRST) < 0 ? FIRST : window;
  }

  /** The window at a time, by the schedule that is in force in it. */
  static WindowId windowAt(ChainState state, long timeMs) {
    WindowId found = new WindowId(0);
    for (var scheduled : state.scheduledParameters().entrySet()) {
      WindowId window = new WindowSchedule(scheduled.getValue().schedule()).windowAt(timeMs);
      if (window.compareTo(scheduled.getKey()) >= 0) {
        found = window;
      }
    }
    return found;
  }

  private WindowSchedule schedule(WindowId window) {
    NetworkParameters parameters = services.follower().read(state -> state.parameters(window));
    return new WindowSchedule(parameters.schedule());
  }

  private WindowContext context(WindowId window) {
    return services
        .follower()
        .read(state -> new WindowContext(state.network(), window, state.parameters(window)));
  }

  /**
   * Does the work of one window under its deadline, in chain time, and writes how it ended. Errors
   * of the work stay in the window; only a journal that cannot be written ends the role.
   */
  Mono<WindowOutcome> isolated(WindowContext context, long deadlineMs, Mono<Void> work) {
    WindowOutcome completed = new WindowOutcome.Completed();
    return Mono.defer(
            () ->
                isLate(deadlineMs)
                    ? Mono.<Void>error(tooLate(context))
                    : seat.during(context.window(), work))
        .timeout(services.follower().time().reached(deadlineMs))
        .onErrorMap(TimeoutException.class, late -> tooLate(context))
        .then(
            Mono.fromCallable(
                    () -> {
                      journal.finish(context.window(), completed);
                      console.windowCompleted(context.window());
                      return completed;
                    })
                .subscribeOn(services.blocking())
                .onErrorMap(JournalFailure::new)
                .map(WindowOutcome.class::cast))
        .onErrorResume(
            failure -> !(failure instanceof JournalFailure), failure -> end(context, failure))
        .onErrorMap(JournalFailure.class, JournalFailure::reason);
  }

  /** Nothing follows: the role needs its plugins no more. */
  void end() {
    seat.leave();
  }

  private boolean isLate(long deadlineMs) {
    return services.follower().time().nowMs() >= deadlineMs;
  }

  private SkipWindow tooLate(WindowContext context) {
    boolean opened = services.follower().read(state -> state.window(context.window()).isPresent());
    return new SkipWindow(opened ? SkipReason.LATE : SkipReason.NOT_OPENED);
  }

  private Mono<WindowOutcome> end(WindowContext context, Throwable failure) {
    WindowOutcome outcome = outcome(failure);
    return Mono.fromCallable(
            () -> {
              journal.finish(context.window(), outcome);
              console.windowEnded(context.window(), outcome, failure);
              return outcome;
            })
        .subscribeOn(services.blocking());
  }

  /** What an error makes of a window. */
  static WindowOutcome outcome(Throwable failure) {
    return switch (failure) {
      case SkipWindow skipped -> new WindowOutcome.Skipped(skipped.reason());
      case HubException known when known.code().kind() == ErrorKind.TRANSIENT ->
          new WindowOutcome.Skipped(SkipReason.UNAVAILABLE);
      case HubException known when known.code() == ErrorCode.PLUGIN_FAILED ->
          new WindowOutcome.Skipped(SkipReason.PLUGIN_FAILED);
      case HubException known -> new WindowOutcome.Failed(known.code());
      default -> new WindowOutcome.Failed(ErrorCode.INVARIANT_BROKEN);
    };
  }

  /** The journal cannot be written: the role must stop, for it would forget what it does. */
  private static final class JournalFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final Throwable reason;

    JournalFailure(Throwable reason) {
      super(reason);
      this.reason = reason;
    }

    Throwable reason() {
      return reason;
    }
  }
}
