package io.vramhub.tck;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * A subscriber that asks for one element at a time, from another thread, and finds out a publisher
 * that sends more than it was asked for.
 */
final class OneByOne<T> extends BaseSubscriber<T> {
  /** For this long after the first element nothing is asked for, and so nothing may come. */
  private static final long A_WHILE_MS = 500;

  private final List<T> elements = new ArrayList<>();
  private final AtomicInteger requested = new AtomicInteger();
  private final Scheduler asking;
  private final MonoSink<List<T>> result;

  private OneByOne(Scheduler asking, MonoSink<List<T>> result) {
    this.asking = asking;
    this.result = result;
  }

  /** All elements of a publisher that ends by itself. */
  static <T> List<T> of(Flux<T> publisher) {
    Scheduler asking = Schedulers.newSingle("tck-asking", true);
    try {
      return Signals.value(
          Mono.create(
              result -> {
                OneByOne<T> subscriber = new OneByOne<>(asking, result);
                result.onDispose(subscriber);
                publisher.subscribe(subscriber);
              }));
    } finally {
      asking.dispose();
    }
  }

  @Override
  protected void hookOnSubscribe(Subscription subscription) {
    askForOne(0);
  }

  @Override
  protected void hookOnNext(T element) {
    elements.add(element);
    if (elements.size() > requested.get()) {
      cancel();
      result.error(
          new AssertionError(
              "sent " + elements.size() + " elements where " + requested + " were asked for"));
      return;
    }
    askForOne(elements.size() == 1 ? A_WHILE_MS : 0);
  }

  private void askForOne(long delayMs) {
    Disposable ignored =
        asking.schedule(
            () -> {
              requested.incrementAndGet();
              request(1);
            },
            delayMs,
            TimeUnit.MILLISECONDS);
  }

  @Override
  protected void hookOnComplete() {
    result.success(elements);
  }

  @Override
  protected void hookOnError(Throwable error) {
    result.error(error);
  }
}
