package io.vramhub.protocol.checkpoint;

import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.WindowId;

/** How checkpoints are named in storage. */
public final class CheckpointNames {
  private CheckpointNames() {}

  /** {@code checkpoint-{window}.safetensors}. */
  public static BlobKey file(WindowId window) {
    return new BlobKey("checkpoint-" + window + ".safetensors");
  }

  /** {@code checkpoint-{window}.leaves}: what {@link CheckpointTree#toBytes} gives. */
  public static BlobKey leaves(WindowId window) {
    return new BlobKey("checkpoint-" + window + ".leaves");
  }
}
