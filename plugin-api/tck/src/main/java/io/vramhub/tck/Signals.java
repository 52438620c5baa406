package io.vramhub.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What a publisher signals, waited for. Nothing here waits longer than {@link #LIMIT}: 30 seconds,
 * or as many as the system property {@code vramhub.tck.patience} says.
 */
final class Signals {
  static final Duration LIMIT = Duration.ofSeconds(Integer.getInteger("vramhub.tck.patience", 30));

  private static final Duration LOOK_AGAIN = Duration.ofMillis(5);

  private Signals() {}

  static <T> T value(Mono<T> publisher) {
    return maybe(publisher).orElseThrow(() -> new AssertionError("completed without a value"));
  }

  static <T> Optional<T> maybe(Mono<T> publisher) {
    return Optional.ofNullable(publisher.block(LIMIT));
  }

  static <T> List<T> all(Flux<T> publisher) {
    return value(publisher.collectList());
  }

  static void completes(Publisher<?> publisher) {
    Flux.from(publisher).blockLast(LIMIT);
  }

  /** The error that the publisher signals. */
  static HubException failure(Publisher<?> publisher) {
    Throwable signalled =
        value(
            Flux.from(publisher)
                .then(Mono.<Throwable>empty())
                .onErrorResume(Mono::just)
                .switchIfEmpty(
                    Mono.error(() -> new AssertionError("completed where an error is due")))
                .timeout(LIMIT));
    if (signalled instanceof HubException known) {
      return known;
    }
    return fail("a service signals HubExceptions, not " + signalled, signalled);
  }

  /** The error, which has this code. */
  static HubException refusal(Publisher<?> publisher, ErrorCode code) {
    HubException failure = failure(publisher);
    assertThat(failure.code()).as("code of: %s", failure.getMessage()).isEqualTo(code);
    return failure;
  }

  /** Looks until it holds; for what happens soon after a cancellation, on another thread. */
  static void eventually(String what, BooleanSupplier holds) {
    Mono.fromSupplier(holds::getAsBoolean)
        .filter(Boolean::booleanValue)
        .repeatWhenEmpty(looks -> looks.delayElements(LOOK_AGAIN))
        .switchIfEmpty(Mono.error(() -> new AssertionError(what)))
        .timeout(LIMIT, Mono.error(() -> new AssertionError("did not become true: " + what)))
        .block();
  }
}
