package io.vramhub.kernel.plugin;

import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * A slot as its users see it: they borrow whatever service fills it. Inside a window that is the
 * service the window began with, whatever is swapped meanwhile.
 *
 * @param <T> the kind of service
 */
@FunctionalInterface
public interface ServiceSlot<T> {
  /**
   * Lends the service for as long as the work runs; it is not closed before. The work is called on
   * a thread that may compute and block, and what it throws becomes an error.
   */
  <R> Mono<R> use(Function<T, Mono<R>> work);
}
