package io.vramhub.vramscan;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Work that goes on to its end once it has begun. A cancelled Mono interrupts the thread it runs
 * on, and H2 loses its file when that thread is just reading it.
 */
final class Uninterrupted {
  private Uninterrupted() {}

  /**
   * Runs the work on the scheduler once subscribed to, unless that is cancelled before it begins.
   */
  static <T> Mono<T> on(Scheduler scheduler, Supplier<T> work) {
    return Mono.create(
        sink -> {
          AtomicBoolean cancelled = new AtomicBoolean();
          sink.onCancel(() -> cancelled.set(true));
          scheduler.schedule(
              () -> {
                if (cancelled.get()) {
                  return;
                }
                try {
                  sink.success(work.get());
                } catch (RuntimeException failure) {
                  sink.error(failure);
                }
              });
        });
  }
}
