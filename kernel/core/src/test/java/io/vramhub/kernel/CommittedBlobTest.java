package io.vramhub.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.ChainEvent.GradientCommitted;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.WindowId;
import io.vramhub.kernel.fake.FakeStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CommittedBlobTest {
  private static final String BLOB_ID = "A".repeat(43);

  private final FakeStorage storage = new FakeStorage();

  private static GradientCommitted storedAs(String reference) {
    return new GradientCommitted(
        new WindowId(4), new MinerUid(2), Digest.ZERO, 10, reference, "topk-q2/1");
  }

  @Test
  void isFoundUnderThePayloadsFileName() {
    assertThat(CommittedBlob.in(storage, storedAs("gradient-4-2-v1.pt")))
        .isEqualTo(new BlobRef(new BlobKey("gradient-4-2-v1.pt"), Digest.ZERO, 10));
  }

  @Test
  void isFoundUnderItsOwnNameInStorageThatNamesByContent() {
    storage.nameByContent();
    assertThat(CommittedBlob.in(storage, storedAs("walrus:" + BLOB_ID)))
        .isEqualTo(new BlobRef(new BlobKey("walrus/" + BLOB_ID), Digest.ZERO, 10));
  }

  /** Not found is a verdict on the miner; what lies elsewhere may well be there. */
  @Test
  void isNotLookedForInStorageOfAnotherKind() {
    assertUnreadable("walrus:" + BLOB_ID);
    storage.nameByContent();
    assertUnreadable("gradient-4-2-v1.pt");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "walrus:short", "gradient-4-3-v1.pt", "../genesis"})
  void isNotLookedForUnderANameNoChainAdmits(String reference) {
    assertUnreadable(reference);
  }

  private void assertUnreadable(String reference) {
    assertThatThrownBy(() -> CommittedBlob.in(storage, storedAs(reference)))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_SUPPORTED))
        .hasMessageContaining("miner 2 in window 4 is stored as '" + reference + "'");
  }
}
