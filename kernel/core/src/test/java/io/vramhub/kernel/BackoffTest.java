package io.vramhub.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

final class BackoffTest {
  private final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
  private final List<Long> attempts = new ArrayList<>();
  private final List<Throwable> errors = new ArrayList<>();

  @AfterEach
  void dispose() {
    timer.dispose();
  }

  private Backoff backoff(long seed) {
    return new Backoff(Duration.ofMillis(100), Duration.ofSeconds(2), timer, seed);
  }

  private Mono<String> failing(ErrorCode code, int times) {
    return Mono.fromCallable(
        () -> {
          attempts.add(timer.now(TimeUnit.MILLISECONDS));
          if (attempts.size() <= times) {
            throw new HubException(code, "attempt " + attempts.size());
          }
          return "done";
        });
  }

  @Test
  void repeatsTransientErrorsWithGrowingPauses() {
    List<String> results = new ArrayList<>();
    backoff(1)
        .retry(failing(ErrorCode.STORAGE_UNAVAILABLE, 8), Duration.ofMinutes(1))
        .subscribe(results::add);
    timer.advanceTimeBy(Duration.ofMinutes(1));
    assertThat(results).containsExactly("done");
    for (int i = 1; i < attempts.size(); i++) {
      long bound = Math.min(2_000, 100L << (i - 1));
      assertThat(attempts.get(i) - attempts.get(i - 1)).isBetween(bound / 2, bound);
    }
  }

  @Test
  void repeatsToTheMillisecondForASeed() {
    backoff(7).retry(failing(ErrorCode.CHAIN_UNAVAILABLE, 5), Duration.ofMinutes(1)).subscribe();
    timer.advanceTimeBy(Duration.ofMinutes(1));
    List<Long> first = pauses();
    attempts.clear();
    backoff(7).retry(failing(ErrorCode.CHAIN_UNAVAILABLE, 5), Duration.ofMinutes(1)).subscribe();
    timer.advanceTimeBy(Duration.ofMinutes(1));
    assertThat(pauses()).isEqualTo(first);
    attempts.clear();
    backoff(8).retry(failing(ErrorCode.CHAIN_UNAVAILABLE, 5), Duration.ofMinutes(1)).subscribe();
    timer.advanceTimeBy(Duration.ofMinutes(1));
    assertThat(pauses()).isNotEqualTo(first);
  }

  private List<Long> pauses() {
    List<Long> pauses = new ArrayList<>();
    for (int i = 1; i < attempts.size(); i++) {
      pauses.add(attempts.get(i) - attempts.get(i - 1));
    }
    return pauses;
  }

  @Test
  void repeatsNoOtherError() {
    backoff(1)
        .retry(failing(ErrorCode.STORAGE_CORRUPT, 1), Duration.ofMinutes(1))
        .subscribe(unused -> {}, errors::add);
    timer.advanceTimeBy(Duration.ofMinutes(1));
    assertThat(attempts).hasSize(1);
    assertThat(errors).singleElement().asString().contains("attempt 1");
  }

  @Test
  void endsWithTheLastErrorWhenTheBudgetEnds() {
    backoff(1)
        .retry(failing(ErrorCode.ENCLAVE_UNAVAILABLE, 1_000), Duration.ofSeconds(5))
        .subscribe(unused -> {}, errors::add);
    timer.advanceTimeBy(Duration.ofMinutes(1));
    assertThat(attempts.getLast()).isLessThanOrEqualTo(5_000);
    assertThat(errors).singleElement().asString().contains("attempt " + attempts.size());
  }

  @Test
  void stopsWhenCancelled() {
    var running = backoff(1).retryForever(failing(ErrorCode.CHAIN_UNAVAILABLE, 1_000)).subscribe();
    timer.advanceTimeBy(Duration.ofSeconds(3));
    running.dispose();
    int made = attempts.size();
    timer.advanceTimeBy(Duration.ofMinutes(10));
    assertThat(attempts).hasSize(made);
  }

  @Test
  void aStreamThatGoesOnHasShortPausesAgain() {
    Flux<Integer> stream =
        Flux.defer(
            () -> {
              attempts.add(timer.now(TimeUnit.MILLISECONDS));
              Flux<Integer> lost =
                  Flux.error(new HubException(ErrorCode.CHAIN_UNAVAILABLE, "lost"));
              return attempts.size() == 6 ? Flux.just(1).concatWith(lost) : lost;
            });
    var running = backoff(1).resumeForever(stream).subscribe();
    timer.advanceTimeBy(Duration.ofSeconds(10));
    running.dispose();
    List<Long> pauses = pauses();
    assertThat(pauses.subList(0, 5)).isSorted();
    assertThat(pauses.get(5)).isLessThanOrEqualTo(100);
  }
}
