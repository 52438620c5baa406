package io.vramhub.storage.walrus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StoredBlobTest {
  private static final BlobId ID = new BlobId("M4hsZGQ1oCktdzegB6HnI6Mi28S2nqOPHxK-W7_4BUk");
  private static final StoredBlob BLOB =
      new StoredBlob(
          new BlobKey("gradient-1-2-v1.pt"),
          ID,
          Digest.sha256(new byte[] {1, 2, 3}),
          3,
          Instant.ofEpochMilli(1_793_491_200_000L),
          Instant.ofEpochMilli(1_798_329_600_000L));
  private static final String GOLDEN =
      """
      vramhub-walrus-blob 1
      gradient-1-2-v1.pt
      M4hsZGQ1oCktdzegB6HnI6Mi28S2nqOPHxK-W7_4BUk
      039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81
      3
      1793491200000
      1798329600000
      """;

  @TempDir private java.nio.file.Path folder;

  @Test
  void isWrittenAsLinesOfTextUnderTheirHash() {
    String lines = new String(BLOB.encode(), StandardCharsets.US_ASCII);
    assertThat(lines)
        .isEqualTo(GOLDEN + Digest.sha256(GOLDEN.getBytes(StandardCharsets.US_ASCII)).hex() + "\n");
  }

  @Test
  void isReadBackAsItWasWritten() {
    assertThat(StoredBlob.decode(BLOB.encode(), "file")).isEqualTo(BLOB);
  }

  @Test
  void anyChangedByteAndAnyOtherLengthIsFoundOut() {
    byte[] written = BLOB.encode();
    for (int i = 0; i < written.length; i++) {
      byte[] changed = written.clone();
      changed[i] ^= 1;
      assertCorrupt(changed);
      assertCorrupt(Arrays.copyOf(written, i));
    }
    assertCorrupt(Arrays.copyOf(written, written.length + 1));
  }

  private static void assertCorrupt(byte[] bytes) {
    assertThatThrownBy(() -> StoredBlob.decode(bytes, "/data/blobs/x.blob"))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_CORRUPT))
        .hasMessageStartingWith("/data/blobs/x.blob is not what this node wrote");
  }

  @Test
  void theBookKeepsTheFirstThatClaimsANameAcrossRestarts() {
    BlobBook book = BlobBook.open(folder);
    StoredBlob rival =
        new StoredBlob(BLOB.name(), ID, Digest.ZERO, 4, BLOB.stored(), BLOB.expires());
    assertThat(book.claim(BLOB)).isEqualTo(BLOB);
    assertThat(book.claim(rival)).isEqualTo(BLOB);
    assertThat(BlobBook.open(folder).find(BLOB.name())).contains(BLOB);
  }

  @Test
  void theBookRemembersARenewal() {
    BlobBook book = BlobBook.open(folder);
    book.claim(BLOB);
    StoredBlob renewed = book.claim(BLOB).expiring(Instant.ofEpochMilli(1_900_000_000_000L));
    book.update(renewed);
    assertThat(BlobBook.open(folder).all()).containsExactly(renewed);
  }

  @Test
  void whatACrashLeftUnfinishedIsNoEntry() throws java.io.IOException {
    java.nio.file.Files.write(folder.resolve("abc.new"), new byte[] {1});
    assertThat(BlobBook.open(folder).find(BLOB.name())).isEqualTo(Optional.empty());
    assertThat(folder).isEmptyDirectory();
  }
}
