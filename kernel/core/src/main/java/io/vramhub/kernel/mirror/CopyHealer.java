package io.vramhub.kernel.mirror;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.StorageTrait;
import io.vramhub.kernel.NodeEvent;
import io.vramhub.kernel.NodeEvents;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Gives copies the objects they lack, one at a time, beside whatever the node does. What cannot be
 * healed is told and let be: the next read that misses it asks again.
 */
final class CopyHealer {
  private static final int MOST_WAITING = 1_024;

  private final Function<BlobRef, Flux<ByteBuffer>> read;
  private final NodeEvents events;
  private final Set<Wound> waiting = ConcurrentHashMap.newKeySet();
  private final Sinks.Many<Wound> wounds =
      Sinks.many().unicast().onBackpressureBuffer(new ArrayBlockingQueue<>(MOST_WAITING));
  private final Disposable work;

  /** What the copy holds instead of the object. */
  enum Found {
    NOTHING,
    OTHER_BYTES
  }

  private record Wound(Copy copy, BlobRef ref, Found found) {}

  /**
   * @param read reads a whole object, verified, from whichever copy has it
   */
  CopyHealer(Function<BlobRef, Flux<ByteBuffer>> read, NodeEvents events) {
    this.read = read;
    this.events = events;
    this.work = wounds.asFlux().concatMap(this::heal, 1).subscribe();
  }

  /** Asks for it to be healed; what waits already is not asked for twice. */
  void ask(Copy copy, BlobRef ref, Found found) {
    Wound wound = new Wound(copy, ref, found);
    if (!waiting.add(wound)) {
      return;
    }
    synchronized (wounds) {
      if (wounds.tryEmitNext(wound).isFailure()) {
        waiting.remove(wound);
        trouble(copy, ref.key(), "too much is to be healed already");
      }
    }
  }

  private Mono<Void> heal(Wound wound) {
    return removed(wound)
        .then(
            Mono.defer(
                () ->
                    wound
                        .copy()
                        .storage()
                        .put(
                            wound.ref().key(),
                            new BlobSource(
                                wound.ref().length(),
                                wound.ref().digest(),
                                () -> read.apply(wound.ref())))))
        .then()
        .onErrorResume(
            failure -> {
              trouble(wound.copy(), wound.ref().key(), String.valueOf(failure.getMessage()));
              return Mono.empty();
            })
        .doFinally(signal -> waiting.remove(wound));
  }

  /** Makes room for the object, but only once another copy is found to have it. */
  private Mono<Void> removed(Wound wound) {
    return switch (wound.found()) {
      case NOTHING -> Mono.empty();
      case OTHER_BYTES -> {
        if (!wound.copy().storage().traits().contains(StorageTrait.DELETE)) {
          yield Mono.error(
              new HubException(
                  ErrorCode.NOT_SUPPORTED, "it holds other bytes and cannot delete them"));
        }
        yield read.apply(wound.ref()).then(wound.copy().storage().delete(wound.ref().key()));
      }
    };
  }

  void trouble(Copy copy, BlobKey key, String reason) {
    events.publish(new NodeEvent.CopyIncomplete(copy.name(), key, reason));
  }

  void close() {
    work.dispose();
  }
}
