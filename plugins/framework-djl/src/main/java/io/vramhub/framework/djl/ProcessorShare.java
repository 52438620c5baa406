package io.vramhub.framework.djl;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import java.util.concurrent.Semaphore;

/**
 * The processors of this machine, shared by all sessions of the JVM: a step takes as many as it has
 * threads and gives them back when it ends. First come, first served, so that sessions take turns
 * step by step and never run more native threads than there are processors.
 */
final class ProcessorShare {
  private final Semaphore free;
  private final int processors;
  private volatile boolean draining;

  ProcessorShare(int processors) {
    this.processors = processors;
    this.free = new Semaphore(processors, true);
  }

  int processors() {
    return processors;
  }

  /**
   * Waits until the processors for so many threads are free; more than all count as all.
   *
   * @throws HubException {@code DEVICE} after {@link #drain()}
   */
  Lease take(int threads) {
    int share = Math.min(threads, processors);
    free.acquireUninterruptibly(share);
    if (draining) {
      free.release(share);
      throw new HubException(
          ErrorCode.DEVICE, "framework djl: no step is started while the process ends");
    }
    return () -> free.release(share);
  }

  /**
   * Lets no further step begin and waits for those that run. Native code must not run while the
   * process ends: the libraries destroy what it uses, and the JVM reports a crash.
   */
  void drain() {
    draining = true;
    free.acquireUninterruptibly(processors);
    free.release(processors);
  }

  /** Held while a step runs. */
  interface Lease extends AutoCloseable {
    @Override
    void close();
  }
}
