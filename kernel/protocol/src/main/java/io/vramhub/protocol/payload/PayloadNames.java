package io.vramhub.protocol.payload;

import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.WindowId;

/** How payloads are named in storage (protocol section 4). */
public final class PayloadNames {
  private static final int VERSION = 1;

  private PayloadNames() {}

  /** {@code gradient-{window}-{uid}-v1.pt}. */
  public static BlobKey file(WindowId window, MinerUid miner) {
    return new BlobKey("gradient-" + window + "-" + miner + "-v" + VERSION + ".pt");
  }
}
