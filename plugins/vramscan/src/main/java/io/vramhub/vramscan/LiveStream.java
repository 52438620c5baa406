package io.vramhub.vramscan;

import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.HttpReply;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * The live events. Each is encoded once and kept in a ring; a client holds only its place in it and
 * takes what it has not seen when it can take more. One that falls out of the ring is told where
 * the index is instead: it gets the state, never a queue.
 */
final class LiveStream {
  static final List<String> PARAMETERS = List.of("topics");

  private static final int RING = 1_024;
  private static final Duration PING = Duration.ofSeconds(15);
  private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

  private final Scheduler timer;
  private final AtomicInteger clients = new AtomicInteger();
  private final Sinks.Many<Long> heights = Sinks.many().multicast().directBestEffort();
  private final Encoded[] ring = new Encoded[RING];
  private long height;

  /** An event as its clients get it. */
  private record Encoded(EventSubject.Topic topic, byte[] bytes) {}

  /**
   * @param height where the index is; what came before is not in the ring
   */
  LiveStream(Scheduler timer, long height) {
    this.timer = timer;
    this.height = height;
  }

  /** Tells all clients of events that can be read now; one call at a time. */
  void publish(List<ChainRecord> happened) {
    for (ChainRecord event : happened) {
      Encoded encoded = encoded(event);
      synchronized (this) {
        ring[(int) (event.sequence() % RING)] = encoded;
        height = event.sequence();
      }
    }
    heights.emitNext(reached(), Sinks.EmitFailureHandler.FAIL_FAST);
  }

  int clients() {
    return clients.get();
  }

  /**
   * The stream for one client.
   *
   * @param lastEventId the sequence of the last event it has seen
   */
  HttpReply reply(Parameters parameters, Optional<String> lastEventId) {
    Set<EventSubject.Topic> topics = topics(parameters.text("topics"));
    OptionalLong seen = lastEventId.map(LiveStream::sequence).orElse(OptionalLong.empty());
    TreeMap<String, String> headers = new TreeMap<>();
    headers.put("content-type", "text/event-stream; charset=utf-8");
    headers.put("cache-control", "no-store");
    headers.put("x-accel-buffering", "no");
    return new HttpReply(200, headers, stream(topics, seen));
  }

  private Flux<ByteBuffer> stream(Set<EventSubject.Topic> topics, OptionalLong seen) {
    return Flux.defer(
        () -> {
          AtomicLong place = new AtomicLong(seen.orElse(-1));
          Flux<byte[]> events =
              // Listens before it looks, so that nothing falls between.
              Flux.merge(heights.asFlux(), Flux.just(0L))
                  .onBackpressureLatest()
                  .concatMapIterable(reached -> after(place, topics), 1);
          Flux<byte[]> pings = Flux.interval(PING, timer).onBackpressureDrop().map(beat -> COMMENT);
          clients.incrementAndGet();
          return Flux.merge(1, events, pings)
              .map(ByteBuffer::wrap)
              .doFinally(end -> clients.decrementAndGet());
        });
  }

  private synchronized long reached() {
    return height;
  }

  /** What the client has not seen, and moves its place. */
  private synchronized List<byte[]> after(AtomicLong place, Set<EventSubject.Topic> topics) {
    long from = place.getAndSet(height) + 1;
    if (from == 0 || from <= height - RING || from > height + 1 || lacks(from)) {
      return List.of(state(height));
    }
    List<byte[]> events = new ArrayList<>();
    for (long sequence = from; sequence <= height; sequence++) {
      Encoded event = ring[(int) (sequence % RING)];
      if (topics.contains(event.topic())) {
        events.add(event.bytes());
      }
    }
    return events;
  }

  /** Whether the first wanted event is from before the start of this stream. */
  private boolean lacks(long from) {
    return from <= height && ring[(int) (from % RING)] == null;
  }

  private static byte[] state(long height) {
    return text(height, "state", "{\"height\":" + height + "}");
  }

  private static Encoded encoded(ChainRecord happened) {
    EventSubject subject = EventSubject.of(happened.event());
    String data =
        ApiJson.text(
            ApiJson.object()
                .put("sequence", happened.sequence())
                .put("timeMs", happened.timeMs())
                .put("kind", Projection.kind(happened.event()))
                .set("window", ApiJson.number(subject.window()))
                .set("miner", ApiJson.number(subject.miner()))
                .set("validator", ApiJson.number(subject.validator())));
    return new Encoded(subject.topic(), text(happened.sequence(), subject.topic().text(), data));
  }

  /** JSON has no line breaks, so the data is one line. */
  private static byte[] text(long id, String event, String data) {
    return ("id: " + id + "\nevent: " + event + "\ndata: " + data + "\n\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static OptionalLong sequence(String lastEventId) {
    try {
      long sequence = Long.parseLong(lastEventId);
      if (sequence >= 0) {
        return OptionalLong.of(sequence);
      }
    } catch (NumberFormatException e) {
      // Refused below, like a negative one.
    }
    throw ApiException.refused("'Last-Event-ID' is the id of an event of this stream");
  }

  private static Set<EventSubject.Topic> topics(Optional<String> names) {
    Set<EventSubject.Topic> topics = EnumSet.noneOf(EventSubject.Topic.class);
    if (names.isEmpty()) {
      return EnumSet.allOf(EventSubject.Topic.class);
    }
    for (String name : names.get().split(",", -1)) {
      try {
        topics.add(EventSubject.Topic.valueOf(name.strip().toUpperCase(Locale.ROOT)));
      } catch (IllegalArgumentException e) {
        throw ApiException.refused(
            "'topics' is a list of "
                + String.join(
                    ",",
                    EnumSet.allOf(EventSubject.Topic.class).stream()
                        .map(EventSubject.Topic::text)
                        .toList()));
      }
    }
    return topics;
  }
}
