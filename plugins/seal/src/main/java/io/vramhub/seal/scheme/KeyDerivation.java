package io.vramhub.seal.scheme;

import io.vramhub.api.model.Digest;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The scheme's hashes from secrets to keys. */
final class KeyDerivation {
  private static final byte[] SHARE_DOMAIN =
      "SUI-SEAL-IBE-BLS12381-H2-00".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] OBJECT_DOMAIN =
      "SUI-SEAL-IBE-BLS12381-H3-00".getBytes(StandardCharsets.US_ASCII);

  private KeyDerivation() {}

  /** What a key that follows from an object's base key is for. */
  enum Purpose {
    RANDOMNESS(0),
    DATA(1);

    private final int tag;

    Purpose(int tag) {
      this.tag = tag;
    }
  }

  /**
   * H2: the mask of one share.
   *
   * @param shared what sealer and server both can compute, of the target group
   * @param identity H1 of the identity
   */
  static byte[] shareMask(byte[] shared, G2 nonce, G1 identity, Digest server, int index) {
    return Sha3.hash(
        SHARE_DOMAIN,
        shared,
        nonce.compressed().array(),
        identity.compressed().array(),
        server.array(),
        new byte[] {(byte) index});
  }

  /** H3: binds a key to the threshold, the shares and the servers, so that none can be replaced. */
  static byte[] objectKey(
      Purpose purpose, byte[] baseKey, int threshold, List<EncryptedObject.Share> shares) {
    byte[][] parts = new byte[4 + 2 * shares.size()][];
    parts[0] = OBJECT_DOMAIN;
    parts[1] = baseKey;
    parts[2] = new byte[] {(byte) purpose.tag};
    parts[3] = new byte[] {(byte) threshold};
    for (int i = 0; i < shares.size(); i++) {
      parts[4 + i] = shares.get(i).masked().array();
      parts[4 + shares.size() + i] = shares.get(i).server().array();
    }
    return Sha3.hash(parts);
  }

  /** Exclusive or of two keys: masks, and takes the mask off. */
  static byte[] mask(byte[] key, byte[] mask) {
    byte[] out = key.clone();
    for (int i = 0; i < out.length; i++) {
      out[i] ^= mask[i];
    }
    return out;
  }
}
