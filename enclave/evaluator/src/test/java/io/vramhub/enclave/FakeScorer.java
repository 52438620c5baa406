package io.vramhub.enclave;

import io.vramhub.api.model.EvaluationRequest;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NanoNats;
import io.vramhub.api.model.ScoreEntry;
import io.vramhub.api.model.Verdict;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Scores by a formula, and fails or waits where a test says so. */
final class FakeScorer implements Scorer {
  final AtomicInteger scored = new AtomicInteger();
  final CountDownLatch started = new CountDownLatch(1);
  volatile Optional<CountDownLatch> gate = Optional.empty();
  volatile Optional<RuntimeException> failure = Optional.empty();
  volatile boolean closed;

  @Override
  public List<ScoreEntry> score(EvaluationRequest request, MemorySegment checkpointFile) {
    scored.incrementAndGet();
    started.countDown();
    gate.ifPresent(FakeScorer::await);
    failure.ifPresent(
        failing -> {
          throw failing;
        });
    byte first = checkpointFile.get(ValueLayout.JAVA_BYTE, 0);
    return List.of(
        new ScoreEntry(
            new MinerUid(7),
            request.evaluationSeed(),
            Verdict.ACCEPTED,
            new NanoNats(first),
            new NanoNats(-request.window().number())));
  }

  @Override
  public void close() {
    closed = true;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
