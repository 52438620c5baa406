package io.vramhub.seal.scheme;

import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What something is sealed to: the package that decides who may open it, and the name it knows it
 * by.
 *
 * @param packageId the object id of the package's first version
 * @param name the identity inside the package, as its {@code seal_approve} functions read it
 */
public record SealId(Digest packageId, Bytes name) {
  private static final byte[] HASH_DOMAIN =
      "SUI-SEAL-IBE-BLS12381-00".getBytes(StandardCharsets.US_ASCII);

  /** The full id: the package's 32 bytes, then the name. */
  public Bytes bytes() {
    return new Bytes(
        ByteBuffer.allocate(Digest.LENGTH + name.length())
            .put(packageId.bytes().buffer())
            .put(name.buffer())
            .array());
  }

  /** H1 of the scheme. */
  G1 point() {
    Bytes id = bytes();
    return G1.hash(
        ByteBuffer.allocate(HASH_DOMAIN.length + id.length())
            .put(HASH_DOMAIN)
            .put(id.buffer())
            .array());
  }
}
