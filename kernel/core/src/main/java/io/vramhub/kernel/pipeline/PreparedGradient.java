package io.vramhub.kernel.pipeline;

import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.MinerUid;
import io.vramhub.protocol.message.BcsReader;
import io.vramhub.protocol.message.BcsWriter;
import io.vramhub.protocol.payload.PayloadNames;
import io.vramhub.protocol.payload.StorageReference;

/**
 * The sealed bytes of a window, durable on this node, ready to be stored and committed: the only
 * bytes this miner will ever commit in it.
 *
 * @param key what storage is to keep it under, and once it does, what every node finds it under
 */
record PreparedGradient(
    WindowContext context, MinerUid miner, byte[] sealed, int steps, BlobKey key) {
  /** Not stored yet: to be stored under the payload's file name. */
  static PreparedGradient unstored(
      WindowContext context, MinerUid miner, byte[] sealed, int steps) {
    return new PreparedGradient(
        context, miner, sealed, steps, PayloadNames.file(context.window(), miner));
  }

  /** As storage took it, which may be under a name of its own. */
  PreparedGradient stored(BlobRef reference) {
    return new PreparedGradient(context, miner, sealed, steps, reference.key());
  }

  Digest contentHash() {
    return Digest.sha256(sealed);
  }

  BlobSource source() {
    return BlobSource.of(sealed);
  }

  ChainCall.CommitGradient call() {
    return new ChainCall.CommitGradient(
        context.window(),
        miner,
        contentHash(),
        sealed.length,
        StorageReference.to(key).text(),
        context.parameters().model().codec());
  }

  /** What the journal remembers of it: content hash and steps. */
  byte[] row() {
    return new BcsWriter().fixed(contentHash().array()).u32(steps).toByteArray();
  }

  /** The content hash in a journal row. */
  static Digest contentHash(byte[] row) {
    return Digest.of(new BcsReader(row).fixed(Digest.LENGTH));
  }

  /** The steps in a journal row. */
  static int steps(byte[] row) {
    BcsReader reader = new BcsReader(row);
    reader.fixed(Digest.LENGTH);
    return reader.i32();
  }
}
