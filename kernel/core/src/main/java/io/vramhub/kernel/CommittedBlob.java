package io.vramhub.kernel;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.ChainEvent.GradientCommitted;
import io.vramhub.api.model.StorageTrait;
import io.vramhub.api.spi.StorageBackend;
import io.vramhub.protocol.payload.StorageReference;

/** The object a commit speaks of, as this node's storage knows it. */
public final class CommittedBlob {
  private CommittedBlob() {}

  /**
   * What to ask the storage for.
   *
   * @throws HubException {@code NOT_SUPPORTED} if the payload lies in storage of another kind than
   *     this node's: what is not found here may well be there
   */
  public static BlobRef in(StorageBackend storage, GradientCommitted commit) {
    StorageReference reference = new StorageReference(commit.storageReference());
    boolean contentAddressed = storage.traits().contains(StorageTrait.CONTENT_ADDRESSED);
    if (reference.isContentAddressed() != contentAddressed
        || !reference.isAdmitted(commit.window(), commit.miner())) {
      throw new HubException(
          ErrorCode.NOT_SUPPORTED,
          "the gradient of miner "
              + commit.miner()
              + " in window "
              + commit.window()
              + " is stored as '"
              + commit.storageReference()
              + "', which this node's storage cannot read: use the storage that the network uses");
    }
    return new BlobRef(reference.key(), commit.contentHash(), commit.size());
  }
}
