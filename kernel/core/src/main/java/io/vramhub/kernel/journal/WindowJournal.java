package io.vramhub.kernel.journal;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Role;
import io.vramhub.api.model.WindowId;
import io.vramhub.protocol.message.BcsReader;
import io.vramhub.protocol.message.BcsWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How far one role got in each window. A stage is written when its effect must survive a crash; a
 * window ends with exactly one outcome, and from the first window on every window has one: those
 * missed while the node was down are written as skipped when it comes back.
 *
 * <p>Every method that writes returns when the record is durable and does blocking I/O: call it on
 * a scheduler that may block. Safe for use by several threads. One process holds a journal at a
 * time.
 *
 * <p>A record is BCS: {@code window u64 | kind u8} and then, by kind, {@code 0: stage string,
 * output bytes}, {@code 1: nothing (completed)}, {@code 2: skip reason u8}, {@code 3: error code
 * string (failed)}.
 */
public final class WindowJournal implements AutoCloseable {
  private static final String MAGIC = "VRAMWJ01";
  private static final int STAGE = 0;
  private static final int COMPLETED = 1;
  private static final int SKIPPED = 2;
  private static final int FAILED = 3;

  private final RecordLog log;
  private final TreeMap<WindowId, WindowOutcome> outcomes;
  private final TreeMap<WindowId, SortedMap<String, byte[]>> stages;

  private WindowJournal(
      RecordLog log,
      TreeMap<WindowId, WindowOutcome> outcomes,
      TreeMap<WindowId, SortedMap<String, byte[]>> stages) {
    this.log = log;
    this.outcomes = outcomes;
    this.stages = stages;
  }

  /**
   * Opens or creates {@code <directory>/<role>-<uid>.journal}.
   *
   * @throws HubException {@code JOURNAL_CORRUPT} with file and offset, {@code
   *     DATA_DIRECTORY_IN_USE}, {@code DISK}
   */
  public static WindowJournal open(Path directory, Role role, int uid) {
    String name = role.name().toLowerCase(Locale.ROOT) + "-" + uid + ".journal";
    TreeMap<WindowId, WindowOutcome> outcomes = new TreeMap<>();
    TreeMap<WindowId, SortedMap<String, byte[]>> stages = new TreeMap<>();
    RecordLog log =
        RecordLog.open(directory.resolve(name), MAGIC, body -> replay(body, outcomes, stages));
    return new WindowJournal(log, outcomes, stages);
  }

  private static void replay(
      byte[] body,
      TreeMap<WindowId, WindowOutcome> outcomes,
      TreeMap<WindowId, SortedMap<String, byte[]>> stages) {
    BcsReader reader = new BcsReader(body);
    WindowId window = new WindowId(reader.u64());
    int kind = reader.u8();
    if (outcomes.containsKey(window)) {
      throw reader.invalid("window " + window + " had ended before");
    }
    switch (kind) {
      case STAGE ->
          stages
              .computeIfAbsent(window, unused -> new TreeMap<>())
              .put(reader.string(), reader.bytes());
      case COMPLETED -> outcomes.put(window, new WindowOutcome.Completed());
      case SKIPPED -> outcomes.put(window, new WindowOutcome.Skipped(reason(reader)));
      case FAILED -> outcomes.put(window, new WindowOutcome.Failed(code(reader)));
      default -> throw reader.invalid("no record is of kind " + kind);
    }
    reader.finish();
    if (kind != STAGE) {
      stages.headMap(window, true).clear();
    }
  }

  private static SkipReason reason(BcsReader reader) {
    int ordinal = reader.u8();
    SkipReason[] reasons = SkipReason.values();
    if (ordinal >= reasons.length) {
      throw reader.invalid("no skip reason has number " + ordinal);
    }
    return reasons[ordinal];
  }

  private static ErrorCode code(BcsReader reader) {
    String name = reader.string();
    return List.of(ErrorCode.values()).stream()
        .filter(code -> code.name().equals(name))
        .findFirst()
        .orElseThrow(() -> reader.invalid("no error code is called " + name));
  }

  /** Records that a stage of a window is done, with what a restart needs to go on from there. */
  public synchronized void stage(WindowId window, String stage, byte[] output) {
    requireOpen(window);
    log.append(
        List.of(
            new BcsWriter()
                .u64(window.number())
                .u8(STAGE)
                .string(stage)
                .bytes(output)
                .toByteArray()));
    stages.computeIfAbsent(window, unused -> new TreeMap<>()).put(stage, output.clone());
  }

  /** What a stage of a window left, if it was done and the window has not ended. */
  public synchronized Optional<byte[]> stage(WindowId window, String stage) {
    SortedMap<String, byte[]> done = stages.getOrDefault(window, Collections.emptySortedMap());
    return Optional.ofNullable(done.get(stage)).map(byte[]::clone);
  }

  /** Records how a window ended. */
  public synchronized void finish(WindowId window, WindowOutcome outcome) {
    requireOpen(window);
    log.append(List.of(encode(window, outcome)));
    ended(window, outcome);
  }

  /**
   * Writes {@code Skipped(NODE_DOWN)} for every window after the last known one and before the
   * given one that has no outcome, and answers how many there were. Called once when a role starts.
   */
  public synchronized int skipMissed(WindowId next) {
    Optional<WindowId> first = firstOpen();
    if (first.isEmpty()) {
      return 0;
    }
    WindowOutcome missed = new WindowOutcome.Skipped(SkipReason.NODE_DOWN);
    List<WindowId> windows = new ArrayList<>();
    for (WindowId window = first.get(); window.compareTo(next) < 0; window = window.next()) {
      if (!outcomes.containsKey(window)) {
        windows.add(window);
      }
    }
    if (!windows.isEmpty()) {
      log.append(windows.stream().map(window -> encode(window, missed)).toList());
      windows.forEach(window -> ended(window, missed));
    }
    return windows.size();
  }

  private Optional<WindowId> firstOpen() {
    if (outcomes.isEmpty()) {
      return stages.isEmpty() ? Optional.empty() : Optional.of(stages.firstKey());
    }
    return Optional.of(outcomes.lastKey().next());
  }

  private void ended(WindowId window, WindowOutcome outcome) {
    outcomes.put(window, outcome);
    stages.headMap(window, true).clear();
  }

  private static byte[] encode(WindowId window, WindowOutcome outcome) {
    BcsWriter writer = new BcsWriter().u64(window.number());
    BcsWriter written =
        switch (outcome) {
          case WindowOutcome.Completed() -> writer.u8(COMPLETED);
          case WindowOutcome.Skipped(SkipReason reason) -> writer.u8(SKIPPED).u8(reason.ordinal());
          case WindowOutcome.Failed(ErrorCode code) -> writer.u8(FAILED).string(code.name());
        };
    return written.toByteArray();
  }

  private void requireOpen(WindowId window) {
    if (outcomes.containsKey(window)) {
      throw new HubException(
          ErrorCode.INVARIANT_BROKEN,
          "window " + window + " has already ended as " + outcomes.get(window));
    }
  }

  /** Windows in which a stage was done and that have not ended, by number. */
  public synchronized List<WindowId> unfinished() {
    return List.copyOf(stages.keySet());
  }

  /** Whether nothing was ever written. */
  public synchronized boolean isEmpty() {
    return stages.isEmpty() && outcomes.isEmpty();
  }

  /** How a window ended; empty if it has not. */
  public synchronized Optional<WindowOutcome> outcome(WindowId window) {
    return Optional.ofNullable(outcomes.get(window));
  }

  /** Every ended window, by number. */
  public synchronized SortedMap<WindowId, WindowOutcome> outcomes() {
    return Collections.unmodifiableSortedMap(new TreeMap<>(outcomes));
  }

  /** Gives the file back to other processes. */
  @Override
  public void close() {
    log.close();
  }
}
