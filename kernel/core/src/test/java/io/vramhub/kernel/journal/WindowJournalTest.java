package io.vramhub.kernel.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Role;
import io.vramhub.api.model.WindowId;
import io.vramhub.kernel.journal.WindowOutcome.Completed;
import io.vramhub.kernel.journal.WindowOutcome.Failed;
import io.vramhub.kernel.journal.WindowOutcome.Skipped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WindowJournalTest {
  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void file() {
    file = directory.resolve("miner-3.journal");
  }

  private WindowJournal open() {
    return WindowJournal.open(directory, Role.MINER, 3);
  }

  private static WindowId window(long number) {
    return new WindowId(number);
  }

  private void writeSample() {
    try (WindowJournal journal = open()) {
      journal.stage(window(7), "prepared", new byte[] {1, 2, 3});
      journal.finish(window(7), new Completed());
      journal.finish(window(8), new Skipped(SkipReason.LATE));
      journal.finish(window(9), new Failed(ErrorCode.DEVICE));
      journal.stage(window(10), "prepared", new byte[] {4});
    }
  }

  private static final Map<WindowId, WindowOutcome> SAMPLE =
      Map.of(
          window(7), new Completed(),
          window(8), new Skipped(SkipReason.LATE),
          window(9), new Failed(ErrorCode.DEVICE));

  @Test
  void remembersStagesAndOutcomes() {
    writeSample();
    try (WindowJournal journal = open()) {
      assertThat(journal.outcomes()).isEqualTo(SAMPLE);
      assertThat(journal.unfinished()).containsExactly(window(10));
      assertThat(journal.stage(window(10), "prepared")).contains(new byte[] {4});
      assertThat(journal.stage(window(7), "prepared")).isEmpty();
      assertThat(journal.stage(window(10), "other")).isEmpty();
    }
  }

  @Test
  void hasTheDocumentedBytes() throws IOException {
    try (WindowJournal journal = open()) {
      journal.stage(window(7), "prepared", new byte[] {1, 2, 3});
      journal.finish(window(7), new Skipped(SkipReason.LATE));
    }
    assertThat(HexFormat.of().formatHex(Files.readAllBytes(file)))
        .isEqualTo(
            "5652414d574a3031" // VRAMWJ01
                + "16000000" // 22 bytes
                + "349156d7" // CRC-32C of length and place
                + "11595ae8" // CRC-32C of the body
                + "0700000000000000" // window 7
                + "00" // a stage
                + "087072657061726564" // prepared
                + "03010203"
                + "0a000000" // 10 bytes
                + "4151a21a"
                + "1fcc884d"
                + "0700000000000000"
                + "02" // skipped
                + "01"); // LATE
  }

  @Test
  void endsEachWindowOnce() {
    try (WindowJournal journal = open()) {
      journal.finish(window(1), new Completed());
      assertThatThrownBy(() -> journal.finish(window(1), new Completed()))
          .isInstanceOf(HubException.class)
          .hasMessageContaining("window 1 has already ended");
      assertThatThrownBy(() -> journal.stage(window(1), "late", new byte[0]))
          .isInstanceOf(HubException.class);
    }
  }

  @Test
  void givesEveryMissedWindowARow() {
    try (WindowJournal journal = open()) {
      assertThat(journal.skipMissed(window(5))).isZero();
      journal.finish(window(5), new Completed());
      journal.stage(window(6), "prepared", new byte[0]);
    }
    try (WindowJournal journal = open()) {
      assertThat(journal.skipMissed(window(9))).isEqualTo(3);
      Skipped down = new Skipped(SkipReason.NODE_DOWN);
      assertThat(journal.outcomes())
          .isEqualTo(
              Map.of(
                  window(5), new Completed(), window(6), down, window(7), down, window(8), down));
      assertThat(journal.skipMissed(window(9))).isZero();
    }
  }

  @Test
  void recoversAPrefixFromEveryTornTail() throws IOException {
    writeSample();
    byte[] whole = Files.readAllBytes(file);
    int most = 0;
    for (int length = 0; length <= whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      try (WindowJournal journal = open()) {
        SortedMap<WindowId, WindowOutcome> found = journal.outcomes();
        assertThat(SAMPLE.entrySet()).containsAll(found.entrySet());
        assertThat(found.size()).isGreaterThanOrEqualTo(most);
        most = found.size();
        // And it can be written on.
        journal.finish(window(99), new Completed());
      }
      try (WindowJournal journal = open()) {
        assertThat(journal.outcome(window(99))).contains(new Completed());
      }
    }
    assertThat(most).isEqualTo(3);
  }

  @Test
  void takesATailOfZerosForTorn() throws IOException {
    writeSample();
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length + 500));
    try (WindowJournal journal = open()) {
      assertThat(journal.outcomes()).isEqualTo(SAMPLE);
    }
    assertThat(Files.size(file)).isEqualTo(whole.length);
  }

  @Test
  void refusesAFlippedBitInEveryByte() throws IOException {
    writeSample();
    byte[] whole = Files.readAllBytes(file);
    for (int at = 0; at < whole.length; at++) {
      byte[] flipped = whole.clone();
      flipped[at] ^= (byte) (1 << at % 8);
      Files.write(file, flipped);
      assertThatThrownBy(this::open)
          .as("byte %d", at)
          .isInstanceOfSatisfying(
              HubException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.JOURNAL_CORRUPT))
          .hasMessageContaining("miner-3.journal is damaged at byte")
          .hasMessageContaining("Restore the file from a backup");
      assertThat(Files.readAllBytes(file)).isEqualTo(flipped);
    }
  }

  @Test
  void refusesAHoleInTheMiddle() throws IOException {
    writeSample();
    byte[] whole = Files.readAllBytes(file);
    Arrays.fill(whole, 8, 30, (byte) 0);
    Files.write(file, whole);
    assertThatThrownBy(this::open).hasMessageContaining("damaged at byte 8");
  }

  @Test
  void refusesRecordsMovedToAnotherPlace() throws IOException {
    writeSample();
    byte[] whole = Files.readAllBytes(file);
    int first = 8 + 12 + 22;
    byte[] cut = new byte[whole.length - (first - 8)];
    System.arraycopy(whole, 0, cut, 0, 8);
    System.arraycopy(whole, first, cut, 8, whole.length - first);
    Files.write(file, cut);
    assertThatThrownBy(this::open).hasMessageContaining("damaged at byte 8");
  }

  @Test
  void isHeldByOneAtATime() {
    try (WindowJournal held = open()) {
      assertThat(held.isEmpty()).isTrue();
      assertThatThrownBy(this::open)
          .isInstanceOfSatisfying(
              HubException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.DATA_DIRECTORY_IN_USE));
    }
    try (WindowJournal again = open()) {
      assertThat(again.isEmpty()).isTrue();
    }
  }

  @Test
  void writesNothingAfterAFailedWrite() {
    WindowJournal journal = open();
    journal.close();
    assertThatThrownBy(() -> journal.finish(window(1), new Completed()))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DISK));
    assertThat(journal.outcome(window(1))).isEmpty();
  }

  @Test
  void keepsSkipReasonsInTheirPlaces() {
    assertThat(List.of(SkipReason.values()))
        .containsExactly(
            SkipReason.NODE_DOWN,
            SkipReason.LATE,
            SkipReason.NOT_OPENED,
            SkipReason.NOT_ADMITTED,
            SkipReason.NOTHING_TO_DO,
            SkipReason.UNAVAILABLE,
            SkipReason.SIGNED_BEFORE,
            SkipReason.PLUGIN_FAILED);
  }
}
