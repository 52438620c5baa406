package io.vramhub.seal.wire;

import io.vramhub.api.model.Address;
import io.vramhub.api.model.Bytes;

/** Ed25519 (RFC 8032, without pre-hashing) and the accounts Sui derives from its keys. */
public final class Ed25519 {
  public static final int KEY_BYTES = 32;
  public static final int SIGNATURE_BYTES = 64;

  /** Sui's number of the scheme. */
  static final byte FLAG = 0;

  private Ed25519() {}

  /** The account of a key: blake2b-256 over the scheme's number and the key. */
  public static Address address(Bytes publicKey) {
    return new Address(Blake2b.hash(new byte[] {FLAG}, publicKey.array()));
  }

  /**
   * Whether the key made this signature. A key that is no point of prime order made none: the
   * all-zero one, for example, has signatures that fit almost any message.
   */
  public static boolean verifies(Bytes publicKey, byte[] message, Bytes signature) {
    return publicKey.length() == KEY_BYTES
        && signature.length() == SIGNATURE_BYTES
        && org.bouncycastle.math.ec.rfc8032.Ed25519.validatePublicKeyFull(publicKey.array(), 0)
        && org.bouncycastle.math.ec.rfc8032.Ed25519.verify(
            signature.array(), 0, publicKey.array(), 0, message, 0, message.length);
  }
}
