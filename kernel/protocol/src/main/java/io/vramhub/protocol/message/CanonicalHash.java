package io.vramhub.protocol.message;

import io.vramhub.api.model.Digest;

/**
 * The protocol's {@code H("domain" | part | …)}: SHA-256 over the domain as a BCS string followed
 * by each part as a BCS {@code vector<u8>}. The length prefixes make it injective, so no choice of
 * parts or of another domain can give the same input.
 */
public final class CanonicalHash {
  private CanonicalHash() {}

  /**
   * @param domain what the hash stands for and its version, for example {@code vramhub/assign/1}
   */
  public static Digest of(String domain, byte[]... parts) {
    BcsWriter writer = new BcsWriter().string(domain);
    for (byte[] part : parts) {
      writer.bytes(part);
    }
    return Digest.sha256(writer.toByteArray());
  }
}
