package io.vramhub.seal.scheme;

import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A signature by a master key over its public key and the object id it is registered under. It
 * stops a server from registering a key it made out of other servers' keys.
 */
public record ProofOfPossession(G1 signature) {
  private static final byte[] DOMAIN =
      "SUI-SEAL-IBE-BLS12381-POP-00".getBytes(StandardCharsets.US_ASCII);

  /** {@code MESSAGE_INVALID}: not 48 bytes of a point of G1. */
  public static ProofOfPossession of(Bytes compressed) {
    return new ProofOfPossession(G1.decompress("the proof of possession", compressed.array()));
  }

  public boolean isOf(PublicKey key, Digest serverId) {
    return Pairing.areEqual(signature, G2.generator(), message(key, serverId), key.point());
  }

  static G1 message(PublicKey key, Digest serverId) {
    return G1.hash(
        ByteBuffer.allocate(DOMAIN.length + G2.BYTES + Digest.LENGTH)
            .put(DOMAIN)
            .put(key.point().compressed().buffer())
            .put(serverId.bytes().buffer())
            .array());
  }
}
