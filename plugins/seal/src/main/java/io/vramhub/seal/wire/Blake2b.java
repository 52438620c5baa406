package io.vramhub.seal.wire;

import io.vramhub.api.model.Digest;
import org.bouncycastle.crypto.digests.Blake2bDigest;

/** Blake2b of 256 bits, Sui's hash. */
final class Blake2b {
  private Blake2b() {}

  /** Over the parts, one after the other. */
  static Digest hash(byte[]... parts) {
    Blake2bDigest hash = new Blake2bDigest(Digest.LENGTH * Byte.SIZE);
    for (byte[] part : parts) {
      hash.update(part, 0, part.length);
    }
    byte[] digest = new byte[Digest.LENGTH];
    hash.doFinal(digest, 0);
    return Digest.of(digest);
  }
}
