package io.vramhub.numerics.sparse;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RiceCodeTest {
  private final Random random = new Random(11);

  @Test
  void givesBackAnyPositionsOneChunkAfterTheOther() {
    int[][] chunks = new int[300][];
    int[] lengths = new int[chunks.length];
    BitWriter writer = new BitWriter(16);
    for (int i = 0; i < chunks.length; i++) {
      lengths[i] = 1 + random.nextInt(4096);
      int count = 1 + random.nextInt(lengths[i]);
      chunks[i] = positions(lengths[i], count);
      RiceCode.write(writer, chunks[i], lengths[i], count);
    }
    BitReader reader = new BitReader(writer.toByteArray());
    int[] read = new int[4096];
    for (int i = 0; i < chunks.length; i++) {
      assertThat(RiceCode.read(reader, lengths[i], chunks[i].length, read)).isTrue();
      assertThat(Arrays.copyOf(read, chunks[i].length)).isEqualTo(chunks[i]);
    }
    assertThat(reader.limit() - reader.position()).isBetween(0L, 7L);
  }

  @Test
  void staysWithinItsBounds() {
    for (int round = 0; round < 2000; round++) {
      int length = 1 + random.nextInt(4096);
      int count = 1 + random.nextInt(length);
      int[] positions =
          switch (round % 3) {
            case 0 -> positions(length, count);
            case 1 -> IntStream.range(0, count).toArray();
            default -> IntStream.range(length - count, length).toArray();
          };
      long bits = bits(positions, length);
      assertThat(bits)
          .isBetween(RiceCode.minimumBits(length, count), RiceCode.maximumBits(length, count));
    }
    assertThat(bits(new int[] {4095}, 4096)).isEqualTo(RiceCode.maximumBits(4096, 1));
  }

  @Test
  void isWithinThreePercentOfTheEntropyForEvenlySpreadPositions() {
    for (int k : new int[] {32, 64, 256}) {
      double entropy = 0;
      for (int i = 0; i < k; i++) {
        entropy += Math.log((4096.0 - i) / (i + 1)) / Math.log(2);
      }
      long bits = 0;
      for (int round = 0; round < 500; round++) {
        bits += bits(positions(4096, k), 4096);
      }
      assertThat(bits / 500.0).isBetween(entropy, 1.03 * entropy);
    }
  }

  @Test
  void writesTheGoldenBits() {
    BitWriter writer = new BitWriter(1);
    int[] positions = {0, 1, 63, 64, 200, 4095};
    RiceCode.write(writer, positions, 4096, positions.length);
    assertThat(RiceCode.parameter(4096, 6)).isEqualTo(8);
    assertThat(HexFormat.of().formatHex(writer.toByteArray())).isEqualTo("0102ec09f01000d006");
  }

  @Test
  void refusesPositionsOutsideTheChunkAndBitsThatEnd() {
    BitWriter writer = new BitWriter(16);
    RiceCode.write(writer, new int[] {7, 99}, 128, 2);
    byte[] bytes = writer.toByteArray();
    int[] read = new int[4];
    assertThat(RiceCode.read(new BitReader(bytes), 128, 2, read)).isTrue();
    assertThat(RiceCode.read(new BitReader(bytes), 128, 4, read)).isFalse();
    assertThat(RiceCode.read(new BitReader(new byte[512]), 128, 1, read)).isFalse();
    assertThat(RiceCode.read(new BitReader(new byte[0]), 128, 1, read)).isFalse();
    BitReader atEnd = new BitReader(bytes);
    atEnd.seek(atEnd.limit() - 1);
    assertThat(RiceCode.read(atEnd, 128, 1, read)).isFalse();
  }

  private static long bits(int[] positions, int length) {
    BitWriter writer = new BitWriter(16);
    RiceCode.write(writer, positions, length, positions.length);
    BitReader reader = new BitReader(writer.toByteArray());
    assertThat(RiceCode.read(reader, length, positions.length, new int[4096])).isTrue();
    return reader.position();
  }

  private int[] positions(int length, int count) {
    int[] all = IntStream.range(0, length).toArray();
    for (int i = 0; i < count; i++) {
      int other = i + random.nextInt(length - i);
      int swapped = all[i];
      all[i] = all[other];
      all[other] = swapped;
    }
    int[] positions = Arrays.copyOf(all, count);
    Arrays.sort(positions);
    return positions;
  }
}
