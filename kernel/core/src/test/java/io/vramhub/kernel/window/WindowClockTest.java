package io.vramhub.kernel.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.model.ChainHead;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.WindowId;
import io.vramhub.protocol.window.WindowSchedule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

final class WindowClockTest {
  private static final long GENESIS_MS = 5_000_000;
  private static final WindowSchedule SCHEDULE =
      new WindowSchedule(new NetworkParameters.Schedule(GENESIS_MS, 600_000, 480_000, 30_000));

  private final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
  private final ChainTime time = new ChainTime(timer);
  private final WindowClock clock = new WindowClock(time, window -> SCHEDULE);

  @AfterEach
  void dispose() {
    timer.dispose();
  }

  private void read(long chainMs) {
    long now = timer.now(TimeUnit.NANOSECONDS);
    time.observe(new ChainHead(new NetworkId(Digest.ZERO), 1, chainMs), now, now);
  }

  private static List<Long> numbers(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }

  @Test
  void emitsAThousandWindowsAtTheirTimes() {
    read(GENESIS_MS);
    List<Long> seen = new ArrayList<>();
    List<Long> times = new ArrayList<>();
    clock
        .from(new WindowId(1))
        .take(1_000)
        .subscribe(
            window -> {
              seen.add(window.number());
              times.add(time.nowMs());
            });
    timer.advanceTimeBy(Duration.ofMinutes(10 * 1_000));
    assertThat(seen).isEqualTo(numbers(1, 1_000));
    assertThat(times)
        .isEqualTo(
            LongStream.rangeClosed(1, 1_000)
                .map(number -> GENESIS_MS + number * 600_000)
                .boxed()
                .toList());
  }

  @Test
  void losesNoWindowToASlowConsumer() {
    read(GENESIS_MS);
    List<Long> seen = new ArrayList<>();
    clock
        .from(new WindowId(1))
        .take(400)
        .concatMap(
            window -> Mono.delay(Duration.ofMinutes(25), timer).thenReturn(window.number()), 0)
        .subscribe(seen::add);
    timer.advanceTimeBy(Duration.ofMinutes(25 * 400 + 10));
    assertThat(seen).isEqualTo(numbers(1, 400));
  }

  @Test
  void beginsAtOnceWithAWindowThatIsOpen() {
    read(GENESIS_MS + 7 * 600_000 + 1);
    List<Long> seen = new ArrayList<>();
    clock.from(new WindowId(7)).take(2).subscribe(window -> seen.add(window.number()));
    timer.advanceTimeBy(Duration.ZERO);
    assertThat(seen).containsExactly(7L);
  }

  @Test
  void waitsForTheFirstReadingOfChainTime() {
    List<Long> seen = new ArrayList<>();
    clock.from(new WindowId(1)).take(1).subscribe(window -> seen.add(window.number()));
    timer.advanceTimeBy(Duration.ofDays(30));
    assertThat(seen).isEmpty();
    read(GENESIS_MS + 600_000);
    timer.advanceTimeBy(Duration.ofMinutes(1));
    assertThat(seen).containsExactly(1L);
  }

  @Test
  void followsCorrectionsOfChainTimeWhileWaiting() {
    read(GENESIS_MS);
    List<Long> seen = new ArrayList<>();
    clock.from(new WindowId(1)).take(1).subscribe(window -> seen.add(time.nowMs()));
    timer.advanceTimeBy(Duration.ofMinutes(5));
    // The chain turns out to be two minutes behind the estimate.
    read(GENESIS_MS + 180_000);
    timer.advanceTimeBy(Duration.ofMinutes(5));
    assertThat(seen).isEmpty();
    timer.advanceTimeBy(Duration.ofMinutes(2));
    assertThat(seen).containsExactly(GENESIS_MS + 600_000);
  }

  @Test
  void takesTheMiddleOfTheRoundTripAndIgnoresSlowReadings() {
    ChainHead head = new ChainHead(new NetworkId(Digest.ZERO), 1, 1_000_000);
    time.observe(head, 0, TimeUnit.MILLISECONDS.toNanos(400));
    assertThat(time.nowMs()).isEqualTo(1_000_000 - 200);
    time.observe(
        new ChainHead(new NetworkId(Digest.ZERO), 1, 9_000_000), 0, TimeUnit.SECONDS.toNanos(30));
    assertThat(time.nowMs()).isEqualTo(1_000_000 - 200);
  }

  @Test
  void completesAtOnceForThePast() {
    read(1_000);
    List<String> done = new ArrayList<>();
    time.reached(999).subscribe(unused -> {}, thrown -> {}, () -> done.add("past"));
    time.reached(1_000).subscribe(unused -> {}, thrown -> {}, () -> done.add("now"));
    time.reached(1_001).subscribe(unused -> {}, thrown -> {}, () -> done.add("future"));
    assertThat(done).containsExactly("past", "now");
    timer.advanceTimeBy(Duration.ofMillis(1));
    assertThat(done).containsExactly("past", "now", "future");
    assertThat(time.until(500)).isEqualTo(Duration.ZERO);
    assertThat(time.until(1_501)).isEqualTo(Duration.ofMillis(500));
  }
}
