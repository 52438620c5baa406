package io.vramhub.chain.local;

import io.vramhub.api.error.HubException;
import io.vramhub.api.model.ChainRecord;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * The acknowledged events, in memory, and whoever waits for the next one. A development ledger is
 * small (some hundred bytes an event), and the folded state keeps most of it anyway.
 *
 * <p>Thread-safe. Appending never waits for a reader: readers ask for slices at their own pace.
 */
final class RecordLog {
  /** Most records of one slice, so that a slow reader holds little. */
  static final int SLICE = 256;

  private final List<ChainRecord> records = new ArrayList<>();
  private final Set<Waiter> waiters = new LinkedHashSet<>();
  private Optional<HubException> closed = Optional.empty();

  private record Waiter(long fromSequence, MonoSink<List<ChainRecord>> sink) {}

  void append(List<ChainRecord> next) {
    List<Waiter> ready;
    synchronized (this) {
      records.addAll(next);
      ready = waiters.stream().filter(waiter -> waiter.fromSequence() <= records.size()).toList();
      ready.forEach(waiters::remove);
      notifyAll();
    }
    // Outside the lock: what a reader does with a slice is its own affair.
    ready.forEach(waiter -> waiter.sink().success(slice(waiter.fromSequence())));
  }

  synchronized long lastSequence() {
    return records.size();
  }

  /** Records from the sequence on, at most {@link #SLICE}; empty if none is there yet. */
  synchronized List<ChainRecord> slice(long fromSequence) {
    if (fromSequence > records.size()) {
      return List.of();
    }
    int from = Math.toIntExact(Math.max(1, fromSequence)) - 1;
    return List.copyOf(records.subList(from, Math.min(records.size(), from + SLICE)));
  }

  /** The records between two sequences, both included. */
  synchronized List<ChainRecord> between(long first, long last) {
    return List.copyOf(records.subList(Math.toIntExact(first) - 1, Math.toIntExact(last)));
  }

  /**
   * A slice that is not empty, as soon as there is one; signals on the appending thread or the
   * subscribing one. Fails once the log is closed.
   */
  Mono<List<ChainRecord>> next(long fromSequence) {
    return Mono.create(sink -> register(fromSequence, sink));
  }

  private void register(long fromSequence, MonoSink<List<ChainRecord>> sink) {
    Optional<HubException> failure;
    List<ChainRecord> slice;
    synchronized (this) {
      failure = closed;
      slice = slice(fromSequence);
      if (failure.isEmpty() && slice.isEmpty()) {
        Waiter waiter = new Waiter(fromSequence, sink);
        waiters.add(waiter);
        sink.onDispose(() -> forget(waiter));
        return;
      }
    }
    failure.ifPresentOrElse(sink::error, () -> sink.success(slice));
  }

  private synchronized void forget(Waiter waiter) {
    waiters.remove(waiter);
  }

  /**
   * A slice, waiting for the first record at most so long; empty if none came. For the server's
   * virtual threads, which may block.
   */
  synchronized List<ChainRecord> await(long fromSequence, long waitMs) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMs);
    while (closed.isEmpty() && fromSequence > records.size()) {
      long leftMs = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (leftMs <= 0) {
        return List.of();
      }
      wait(leftMs);
    }
    if (closed.isPresent()) {
      throw closed.get();
    }
    return slice(fromSequence);
  }

  /** Ends all waiting, now and later, with this failure. */
  void close(HubException failure) {
    List<Waiter> abandoned;
    synchronized (this) {
      if (closed.isPresent()) {
        return;
      }
      closed = Optional.of(failure);
      abandoned = List.copyOf(waiters);
      waiters.clear();
      notifyAll();
    }
    abandoned.forEach(waiter -> waiter.sink().error(failure));
  }

  synchronized int waiting() {
    return waiters.size();
  }
}
