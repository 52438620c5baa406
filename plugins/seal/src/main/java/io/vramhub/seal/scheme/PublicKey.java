package io.vramhub.seal.scheme;

import io.vramhub.api.model.Bytes;

/** What anyone may seal with: the master key times the generator of G2. */
public record PublicKey(G2 point) {
  /** {@code MESSAGE_INVALID}: not 96 bytes of a point of G2. */
  public static PublicKey of(Bytes compressed) {
    return new PublicKey(G2.decompress("the public key", compressed.array()));
  }
}
