package io.vramhub.protocol.payload;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.WindowId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StorageReferenceTest {
  private static final WindowId WINDOW = new WindowId(7);
  private static final MinerUid MINER = new MinerUid(3);
  private static final String BLOB_ID = "M4hsZGQ1oCktdzegB6HnI6Mi28S2nqOPHxK-W7_4BUk";

  @Test
  void aBlobIdIsWrittenWithItsScheme() {
    BlobKey key = new BlobKey("walrus/" + BLOB_ID);
    StorageReference reference = StorageReference.to(key);
    assertThat(reference.text()).isEqualTo("walrus:" + BLOB_ID);
    assertThat(reference.isContentAddressed()).isTrue();
    assertThat(reference.key()).isEqualTo(key);
  }

  @Test
  void anyOtherKeyIsWrittenAsItIs() {
    BlobKey key = PayloadNames.file(WINDOW, MINER);
    StorageReference reference = StorageReference.to(key);
    assertThat(reference.text()).isEqualTo("gradient-7-3-v1.pt");
    assertThat(reference.isContentAddressed()).isFalse();
    assertThat(reference.key()).isEqualTo(key);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gradient-7-3-v1.pt", "walrus:" + BLOB_ID})
  void theChainAdmitsTheFileNameAndBlobIds(String text) {
    assertThat(new StorageReference(text).isAdmitted(WINDOW, MINER)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "gradient-7-4-v1.pt",
        "gradient-8-3-v1.pt",
        "walrus:",
        "walrus:" + BLOB_ID + "A",
        "walrus/" + BLOB_ID,
        "Walrus:" + BLOB_ID,
        " walrus:" + BLOB_ID
      })
  void theChainAdmitsNothingElse(String text) {
    assertThat(new StorageReference(text).isAdmitted(WINDOW, MINER)).isFalse();
  }
}
