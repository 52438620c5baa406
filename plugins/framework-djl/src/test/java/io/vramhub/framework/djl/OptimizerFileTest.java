package io.vramhub.framework.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.ModelSpec;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OptimizerFileTest {
  private static final ModelSpec MODEL = new ModelSpec(3, 1, 2, 1, 1, 2, 4, 10_000, 1, true);
  private static final long BYTES = MODEL.parameters() * Float.BYTES;

  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void write() {
    file = directory.resolve("optimizer");
    OptimizerFile.write(file, MODEL, 300, filled(1), filled(2));
  }

  @Test
  void holdsWhatTheFormatSays() throws Exception {
    byte[] content = Files.readAllBytes(file);
    assertThat(HexFormat.of().formatHex(content, 0, 64))
        .isEqualTo(
            "5652414d4144414d"
                + "01000000"
                + "03000000"
                + "01000000"
                + "02000000"
                + "01000000"
                + "01000000"
                + "02000000"
                + "04000000"
                + "01000000"
                + "00000000"
                + "2c01000000000000"
                + "2800000000000000");
    int end = content.length - 32;
    assertThat(end).isEqualTo(64 + 2 * BYTES);
    assertThat(Arrays.copyOfRange(content, end, content.length))
        .isEqualTo(MessageDigest.getInstance("SHA-256").digest(Arrays.copyOf(content, end)));
  }

  @Test
  void givesBackWhatWasWritten() {
    MemorySegment first = filled(7);
    MemorySegment second = filled(8);
    assertThat(OptimizerFile.read(file, MODEL, first, second)).isEqualTo(300);
    assertThat(first.mismatch(filled(1))).isEqualTo(-1);
    assertThat(second.mismatch(filled(2))).isEqualTo(-1);
  }

  @Test
  void refusesEveryChangedByteAndChangesNothing() throws IOException {
    byte[] good = Files.readAllBytes(file);
    Random random = new Random(17);
    for (int at = 0; at < good.length; at++) {
      byte[] bad = good.clone();
      bad[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, bad);
      refused(at < 8 || (at >= 8 && at < 48) || (at >= 56 && at < 64));
    }
  }

  @Test
  void refusesEveryOtherLength() throws IOException {
    byte[] good = Files.readAllBytes(file);
    for (int length : new int[] {0, 1, 63, 64, 95, 96, good.length - 1, good.length + 1}) {
      Files.write(file, Arrays.copyOf(good, length));
      refused(false);
    }
  }

  @Test
  void refusesADirectory() {
    assertThatThrownBy(() -> OptimizerFile.write(directory, MODEL, 1, filled(1), filled(2)))
        .isInstanceOfSatisfying(
            HubException.class, error -> assertThat(error.code()).isEqualTo(ErrorCode.DISK));
  }

  private void refused(boolean inHeader) {
    MemorySegment first = filled(7);
    MemorySegment second = filled(8);
    assertThatThrownBy(() -> OptimizerFile.read(file, MODEL, first, second))
        .isInstanceOfSatisfying(
            HubException.class,
            error ->
                assertThat(error.code())
                    .isEqualTo(inHeader ? ErrorCode.CONFIG_INVALID : ErrorCode.DISK));
    assertThat(first.mismatch(filled(7))).isEqualTo(-1);
    assertThat(second.mismatch(filled(8))).isEqualTo(-1);
  }

  private static MemorySegment filled(int seed) {
    MemorySegment segment = Arena.ofAuto().allocate(BYTES, 64);
    for (long i = 0; i < MODEL.parameters(); i++) {
      segment.setAtIndex(ValueLayout.JAVA_FLOAT, i, seed + i / 16f);
    }
    return segment;
  }
}
