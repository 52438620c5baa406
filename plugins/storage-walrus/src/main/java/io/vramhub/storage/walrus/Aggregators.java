package io.vramhub.storage.walrus;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * Several aggregators as one: the first is asked first, the next as soon as the one before fails or
 * takes too long, and the first good answer counts.
 */
final class Aggregators {
  /** A blob just certified may be unknown for a moment, to a cache for some seconds. */
  private static final int LOOKS_AGAIN = 3;

  private static final Duration LOOKS_AGAIN_AFTER = Duration.ofMillis(250);

  private final List<Aggregator> aggregators;
  private final Duration hedgeAfter;
  private final Scheduler timer;

  Aggregators(List<Aggregator> aggregators, Duration hedgeAfter, Scheduler timer) {
    this.aggregators = List.copyOf(aggregators);
    this.hedgeAfter = hedgeAfter;
    this.timer = timer;
  }

  /** What one aggregator gave, or why it gave nothing. */
  private record Attempt<T>(Optional<T> answer, Optional<HubException> failure) {}

  /**
   * The first good answer. {@code NOT_FOUND} if every aggregator says so, and goes on saying so for
   * some seconds; {@code STORAGE_UNAVAILABLE} if one of them cannot know; otherwise why the first
   * refused.
   */
  <T> Mono<T> first(Function<Aggregator, Mono<T>> question) {
    return Mono.defer(() -> once(question))
        .retryWhen(
            Retry.backoff(LOOKS_AGAIN, LOOKS_AGAIN_AFTER)
                .jitter(0)
                .scheduler(timer)
                .filter(failure -> isA(failure, ErrorCode.NOT_FOUND))
                .onRetryExhaustedThrow((retry, last) -> last.failure()));
  }

  private <T> Mono<T> once(Function<Aggregator, Mono<T>> question) {
    List<HubException> failures = new ArrayList<>();
    return from(0, question)
        .<T>handle(
            (attempt, sink) -> {
              attempt.failure().ifPresent(failures::add);
              attempt.answer().ifPresent(sink::next);
            })
        .next()
        .switchIfEmpty(Mono.error(() -> verdict(failures)));
  }

  private <T> Flux<Attempt<T>> from(int index, Function<Aggregator, Mono<T>> question) {
    Sinks.Empty<Void> failed = Sinks.empty();
    Mono<Attempt<T>> attempt =
        question
            .apply(aggregators.get(index))
            .map(answer -> new Attempt<>(Optional.of(answer), Optional.empty()))
            .onErrorResume(
                HubException.class,
                failure -> {
                  failed.tryEmitEmpty().orThrow();
                  return Mono.just(new Attempt<>(Optional.empty(), Optional.of(failure)));
                });
    if (index + 1 == aggregators.size()) {
      return attempt.flux();
    }
    Mono<Void> nextsTurn =
        Mono.firstWithSignal(failed.asMono(), Mono.delay(hedgeAfter, timer).then());
    return Flux.merge(attempt, nextsTurn.thenMany(Flux.defer(() -> from(index + 1, question))));
  }

  private static HubException verdict(List<HubException> failures) {
    if (failures.stream().allMatch(failure -> failure.code() == ErrorCode.NOT_FOUND)) {
      return failures.getLast();
    }
    String reasons = failures.stream().map(Throwable::getMessage).collect(Collectors.joining("; "));
    ErrorCode code =
        failures.stream()
            .map(HubException::code)
            .filter(known -> known != ErrorCode.NOT_FOUND)
            .reduce((first, next) -> next == ErrorCode.STORAGE_UNAVAILABLE ? next : first)
            .orElse(ErrorCode.STORAGE_UNAVAILABLE);
    return new HubException(code, reasons, failures.getLast());
  }

  private static boolean isA(Throwable failure, ErrorCode code) {
    return failure instanceof HubException known && known.code() == code;
  }
}
