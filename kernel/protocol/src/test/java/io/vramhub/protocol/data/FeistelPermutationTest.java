package io.vramhub.protocol.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.quicktheories.QuickTheory.qt;
import static org.quicktheories.generators.SourceDSL.integers;

import io.vramhub.api.model.Digest;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class FeistelPermutationTest {
  private static final byte[] KEY = key("key");

  /** Computed by an independent Python program. */
  @Test
  void imagesAreFrozen() {
    assertThat(images(KEY, 10, 10)).containsExactly(9, 4, 1, 7, 2, 5, 6, 3, 8, 0);
    assertThat(images(KEY, 1_000_003, 5))
        .containsExactly(210_361, 959_987, 276_348, 449_268, 150_779);
    assertThat(images(KEY, 1, 1)).containsExactly(0);
  }

  @Test
  void everyPositionHasOneImageAndEveryImageOnePosition() {
    qt().withFixedSeed(3)
        .withExamples(60)
        .forAll(integers().between(1, 3_000), integers().all())
        .check(
            (size, key) -> {
              FeistelPermutation permutation = new FeistelPermutation(key("k" + key), size);
              BitSet seen = new BitSet(size);
              for (int position = 0; position < size; position++) {
                long image = permutation.at(position);
                if (image < 0 || image >= size) {
                  return false;
                }
                seen.set((int) image);
              }
              return seen.cardinality() == size;
            });
  }

  @Test
  void anotherKeyGivesAnotherOrder() {
    assertThat(images(key("other"), 1_000, 20)).isNotEqualTo(images(KEY, 1_000, 20));
  }

  /** Chi-square over 16 bins; 39.25 is exceeded by one honest permutation in a thousand. */
  @Test
  void firstPositionsSpreadEvenlyOverTheRange() {
    int[] bins = new int[16];
    for (long image : images(KEY, 160_000, 1_600)) {
      bins[(int) (image / 10_000)]++;
    }
    double chiSquare = 0;
    for (int bin : bins) {
      chiSquare += (bin - 100) * (bin - 100) / 100.0;
    }
    assertThat(chiSquare).isLessThan(39.25);
  }

  @Test
  void reachesTheLargestSizes() {
    long size = (1L << 62) - 1;
    assertThat(new FeistelPermutation(KEY, size).at(size - 1)).isBetween(0L, size - 1);
  }

  @Test
  void refusesWhatIsNoPosition() {
    FeistelPermutation permutation = new FeistelPermutation(KEY, 10);
    assertThatIllegalArgumentException().isThrownBy(() -> permutation.at(10));
    assertThatIllegalArgumentException().isThrownBy(() -> permutation.at(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> new FeistelPermutation(KEY, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new FeistelPermutation(new byte[31], 10));
  }

  private static long[] images(byte[] key, long size, int count) {
    return LongStream.range(0, count).map(new FeistelPermutation(key, size)::at).toArray();
  }

  private static byte[] key(String name) {
    return Digest.sha256(name.getBytes(StandardCharsets.UTF_8)).array();
  }
}
