package io.vramhub.framework.djl;

import java.util.concurrent.Semaphore;

/**
 * The processors of this machine, shared by all sessions of the JVM: a step takes as many as it has
 * threads and gives them back when it ends. First come, first served, so that sessions take turns
 * step by step and never run more native threads than there are processors.
 */
final class ProcessorShare {
  private final Semaphore free;
  private final int processors;

  ProcessorShare(int processors) {
    this.processors = processors;
    this.free = new Semaphore(processors, true);
  }

  int processors() {
    return processors;
  }

  /** Waits until the processors for so many threads are free; more than all count as all. */
  Lease take(int threads) {
    int share = Math.min(threads, processors);
    free.acquireUninterruptibly(share);
    return () -> free.release(share);
  }

  /** Held while a step runs. */
  interface Lease extends AutoCloseable {
    @Override
    void close();
  }
}
