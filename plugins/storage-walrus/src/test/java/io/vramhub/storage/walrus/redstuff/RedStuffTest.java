package io.vramhub.storage.walrus.redstuff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code src/test/peer} makes the golden ids with Mysten's own WebAssembly build. */
final class RedStuffTest {
  private static final int PUBLIC_SHARDS = 1_000;

  @Test
  void namesTheBlobOfWalrusDocumentation() {
    byte[] blob = "some other string".getBytes(StandardCharsets.US_ASCII);
    assertThat(new RedStuff(PUBLIC_SHARDS).blobId(MemorySegment.ofArray(blob)))
        .isEqualTo("M4hsZGQ1oCktdzegB6HnI6Mi28S2nqOPHxK-W7_4BUk");
  }

  @ParameterizedTest(name = "{1} bytes on {0} shards")
  @CsvFileSource(resources = "blob-ids.csv")
  void namesBlobsAsWalrusDoes(int shards, int length, String id) {
    assertThat(new RedStuff(shards).blobId(MemorySegment.ofArray(Noise.bytes(length))))
        .isEqualTo(id);
  }

  @Test
  void theSameBytesHaveTheSameNameWhereverTheyLie() {
    byte[] bytes = Noise.bytes(10_000);
    MemorySegment native1 = java.lang.foreign.Arena.ofAuto().allocate(bytes.length);
    native1.copyFrom(MemorySegment.ofArray(bytes));
    RedStuff redStuff = new RedStuff(7);
    assertThat(redStuff.blobId(native1)).isEqualTo(redStuff.blobId(MemorySegment.ofArray(bytes)));
  }

  @Test
  void aBlobTooLongForItsSymbolsIsRefused() {
    RedStuff redStuff = new RedStuff(4);
    assertThat(redStuff.longestBlob()).isEqualTo(2L * 3 * 65_534);
    MemorySegment tooLong = MemorySegment.ofArray(new byte[2 * 3 * 65_534 + 1]);
    assertThatThrownBy(() -> redStuff.blobId(tooLong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a blob on 4 shards has at most 393204 bytes, not 393205");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 3, 10_001})
  void aNetworkHasFourShardsAtLeast(int shards) {
    assertThatThrownBy(() -> new RedStuff(shards)).isInstanceOf(IllegalArgumentException.class);
  }
}
