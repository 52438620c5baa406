package io.vramhub.protocol.evaluation;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * The calling thread and its helpers, which share the parts of one stage of work. Who takes which
 * part is left to chance, so parts must not depend on each other.
 */
final class WorkerTeam implements AutoCloseable {
  /** One stage of work. */
  @FunctionalInterface
  interface Stage {
    /** Does one part; {@code worker} numbers the thread, for scratch memory of its own. */
    void run(int part, int worker);
  }

  private final int workers;
  private final ExecutorService helpers;

  WorkerTeam(int workers) {
    this.workers = workers;
    helpers =
        Executors.newFixedThreadPool(
            Math.max(1, workers - 1),
            Thread.ofPlatform().daemon().name("strict-evaluator-", 1).factory());
  }

  /** Runs every part and returns once all are done, interrupted or not; passes a failure on. */
  void run(int parts, Stage stage) {
    AtomicInteger next = new AtomicInteger();
    CompletableFuture<?>[] helping =
        IntStream.range(1, Math.min(workers, parts))
            .mapToObj(
                worker ->
                    CompletableFuture.runAsync(
                        () -> takeParts(next, parts, stage, worker), helpers))
            .toArray(CompletableFuture<?>[]::new);
    try {
      takeParts(next, parts, stage, 0);
    } finally {
      // The helpers write to buffers that the caller reuses, so it never leaves before them.
      CompletableFuture.allOf(helping).join();
    }
  }

  private static void takeParts(AtomicInteger next, int parts, Stage stage, int worker) {
    for (int part = next.getAndIncrement(); part < parts; part = next.getAndIncrement()) {
      stage.run(part, worker);
    }
  }

  @Override
  public void close() {
    helpers.shutdown();
  }
}
