package io.vramhub.framework.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vramhub.api.error.HubException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ProcessorShareTest {
  @Test
  void neverLendsMoreThanThereAre() throws Exception {
    ProcessorShare share = new ProcessorShare(3);
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    int[] sizes = {1, 2, 3, 7, 1, 2};
    CountDownLatch start = new CountDownLatch(1);
    List<Future<?>> workers = new ArrayList<>();
    try (ExecutorService executor = Executors.newFixedThreadPool(sizes.length)) {
      for (int size : sizes) {
        int threads = Math.min(size, 3);
        workers.add(
            executor.submit(
                () -> {
                  start.await();
                  for (int turn = 0; turn < 200; turn++) {
                    try (ProcessorShare.Lease _ = share.take(size)) {
                      most.accumulateAndGet(running.addAndGet(threads), Math::max);
                      Thread.yield();
                      running.addAndGet(-threads);
                    }
                  }
                  return true;
                }));
      }
      start.countDown();
      for (Future<?> worker : workers) {
        worker.get();
      }
    }
    assertThat(most.get()).isBetween(1, 3);
    assertThat(running.get()).isZero();
  }

  @Test
  void givesBackOnTheWayOut() {
    ProcessorShare share = new ProcessorShare(2);
    for (int i = 0; i < 5; i++) {
      share.take(9).close();
    }
    try (ProcessorShare.Lease _ = share.take(1);
        ProcessorShare.Lease _ = share.take(1)) {
      assertThat(share.processors()).isEqualTo(2);
    }
  }

  @Test
  void drainingWaitsForRunningStepsAndRefusesNewOnes() throws Exception {
    ProcessorShare share = new ProcessorShare(2);
    ProcessorShare.Lease running = share.take(1);
    Thread draining = Thread.ofPlatform().start(share::drain);
    while (draining.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    running.close();
    draining.join();
    assertThatThrownBy(() -> share.take(1))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("process ends");
  }
}
