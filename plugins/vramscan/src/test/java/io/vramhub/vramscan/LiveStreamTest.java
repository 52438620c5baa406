package io.vramhub.vramscan;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.model.Address;
import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

final class LiveStreamTest {
  private static final int FEW = 8;

  private final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
  private final LiveStream live = new LiveStream(timer, 100);

  private void happen(long from, long to) {
    live.publish(
        LongStream.rangeClosed(from, to)
            .mapToObj(
                sequence ->
                    new ChainRecord(
                        sequence,
                        sequence,
                        new ChainEvent.FaucetPaid(new Address(Digest.ZERO), new Coins(1))))
            .toList());
  }

  private Flux<String> client(Optional<Long> seen, String topics) {
    TreeMap<String, List<String>> query = new TreeMap<>();
    if (!topics.isEmpty()) {
      query.put("topics", List.of(topics));
    }
    return live.reply(new Parameters(query), seen.map(String::valueOf))
        .body()
        .map(LiveStreamTest::text);
  }

  private static String text(ByteBuffer buffer) {
    return StandardCharsets.UTF_8.decode(buffer.duplicate()).toString();
  }

  private static String state(long height) {
    return "id: " + height + "\nevent: state\ndata: {\"height\":" + height + "}\n\n";
  }

  @Test
  void aNewClientIsToldWhereTheIndexIsAndThenWhatHappens() {
    StepVerifier.create(client(Optional.empty(), ""))
        .expectNext(state(100))
        .then(() -> happen(101, 102))
        .assertNext(event -> assertThat(event).startsWith("id: 101\nevent: registry\ndata: {"))
        .assertNext(event -> assertThat(event).startsWith("id: 102\n").endsWith("}\n\n"))
        .thenCancel()
        .verify();
  }

  @Test
  void aReturningClientGetsExactlyWhatItMissed() {
    happen(101, 110);
    StepVerifier.create(client(Optional.of(108L), ""))
        .assertNext(event -> assertThat(event).startsWith("id: 109\n"))
        .assertNext(event -> assertThat(event).startsWith("id: 110\n"))
        .thenCancel()
        .verify();
  }

  @Test
  void whoWasAwayTooLongOrKnowsAnotherChainGetsTheState() {
    happen(101, 1_300);
    for (long seen : new long[] {0, 99, 200, 2_000}) {
      StepVerifier.create(client(Optional.of(seen), ""))
          .as("seen " + seen)
          .expectNext(state(1_300))
          .thenCancel()
          .verify();
    }
  }

  @Test
  void aSlowClientGetsTheStateInsteadOfAQueue() {
    StepVerifier.create(client(Optional.empty(), ""), 1)
        .expectNext(state(100))
        .then(
            () -> {
              for (long sequence = 101; sequence <= 3_000; sequence++) {
                happen(sequence, sequence);
              }
            })
        .thenRequest(FEW)
        // What was under way to it when it stopped reading.
        .thenConsumeWhile(event -> event.contains("event: registry"))
        .expectNext(state(3_000))
        .thenCancel()
        .verify();
  }

  @Test
  void onlyTheTopicsAskedForAreSent() {
    StepVerifier.create(client(Optional.empty(), "window,commit"))
        .expectNext(state(100))
        .then(() -> happen(101, 120))
        .expectNoEvent(Duration.ofMillis(20))
        .thenCancel()
        .verify();
  }

  @Test
  void allClientsGetTheSameBytesEncodedOnce() {
    Map<Integer, byte[]> arrays = new TreeMap<>();
    for (int client = 0; client < 2; client++) {
      int number = client;
      live.reply(new Parameters(new TreeMap<>()), Optional.of("100"))
          .body()
          .subscribe(event -> arrays.put(number, event.array()));
    }
    happen(101, 101);
    assertThat(arrays.get(0)).isNotNull().isSameAs(arrays.get(1));
  }

  @Test
  void aSilentStreamIsKeptOpenByComments() {
    StepVerifier.create(client(Optional.empty(), ""))
        .expectNext(state(100))
        .then(() -> timer.advanceTimeBy(Duration.ofSeconds(15)))
        .expectNext(":\n\n")
        .thenCancel()
        .verify();
    assertThat(live.clients()).isZero();
  }
}
