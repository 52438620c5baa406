package io.vramhub.kernel.window;

import io.vramhub.api.model.WindowId;
import io.vramhub.protocol.window.WindowSchedule;
import java.util.function.Function;
import reactor.core.publisher.Flux;

/**
 * Emits windows when they open. It is pulled, not pushed: a consumer that is still busy when a
 * window opens gets it afterwards, late, and decides itself what to do about that. No window is
 * dropped and none is emitted twice.
 */
public final class WindowClock {
  private final ChainTime time;
  private final Function<WindowId, WindowSchedule> schedules;

  /**
   * A clock on chain time.
   *
   * @param schedules the schedule that holds for a window, since parameters may change at a
   *     boundary
   */
  public WindowClock(ChainTime time, Function<WindowId, WindowSchedule> schedules) {
    this.time = time;
    this.schedules = schedules;
  }

  /** Every window from the given one on, each when chain time reaches its opening. Never ends. */
  public Flux<WindowId> from(WindowId first) {
    return Flux.<WindowId, WindowId>generate(
            () -> first,
            (window, sink) -> {
              sink.next(window);
              return window.next();
            })
        .concatMap(
            window -> time.reached(schedules.apply(window).opensAt(window)).thenReturn(window), 0);
  }
}
