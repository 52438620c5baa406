package io.vramhub.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** The threads of this JVM, to find those that a service leaves behind. */
final class Threads {
  /** Threads that the JDK and JUnit keep for themselves once they have needed them. */
  private static final List<String> NOT_OF_PLUGINS =
      List.of(
          "ForkJoinPool",
          "CompletableFutureDelayScheduler",
          "VirtualThread-",
          "Read-Poller",
          "Write-Poller",
          "MasterPoller",
          "process reaper",
          "Common-Cleaner",
          "Cleaner-",
          "Attach Listener",
          "C1 CompilerThread",
          "C2 CompilerThread",
          "surefire-",
          "junit-jupiter-timeout");

  private Threads() {}

  static Set<Thread> alive() {
    return Set.copyOf(Thread.getAllStackTraces().keySet());
  }

  /** Waits until the threads that began after {@code before} have ended, but for those excepted. */
  static void assertNoneSince(Set<Thread> before, Predicate<Thread> excepted) {
    Thread.getAllStackTraces().keySet().stream()
        .filter(Predicate.not(before::contains))
        .filter(Predicate.not(excepted))
        .filter(thread -> NOT_OF_PLUGINS.stream().noneMatch(thread.getName()::startsWith))
        .forEach(
            thread ->
                assertThat(ends(thread))
                    .as(
                        "the thread '%s' still runs after the service was closed, at %s",
                        thread.getName(), Arrays.toString(thread.getStackTrace()))
                    .isTrue());
  }

  private static boolean ends(Thread thread) {
    try {
      return thread.join(Signals.LIMIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for " + thread, e);
    }
  }
}
