package io.vramhub.node;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import java.time.Duration;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;

/** The one place where a command's thread waits for the reactive world. */
public final class Waiting {
  private static final Duration FOREVER = Duration.ofDays(36_500);

  private Waiting() {}

  /** The value; an empty or late publisher is an error of ours. */
  public static <T> T await(Mono<T> work, Duration patience) {
    T value = block(work, patience);
    if (value == null) {
      throw new HubException(ErrorCode.INVARIANT_BROKEN, "expected a result, got none");
    }
    return value;
  }

  /** Waits for as long as it takes. */
  public static void forever(Mono<Void> work) {
    block(work, FOREVER);
  }

  /** Waits for completion. */
  public static void complete(Mono<Void> work, Duration patience) {
    block(work, patience);
  }

  private static <T> @org.jspecify.annotations.Nullable T block(Mono<T> work, Duration patience) {
    try {
      return work.block(patience);
    } catch (RuntimeException e) {
      Throwable cause = Exceptions.unwrap(e);
      if (cause instanceof RuntimeException unwrapped) {
        throw unwrapped;
      }
      throw e;
    }
  }
}
