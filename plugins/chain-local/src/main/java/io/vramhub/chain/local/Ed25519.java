package io.vramhub.chain.local;

import io.vramhub.api.model.Address;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import org.bouncycastle.crypto.digests.Blake2bDigest;

/** Signatures and addresses as Sui has them (RFC 8032, without pre-hashing). Thread-safe. */
final class Ed25519 {
  static final int KEY_BYTES = 32;
  static final int SIGNATURE_BYTES = 64;

  /** Sui's signature scheme flag of Ed25519. */
  private static final byte SCHEME_FLAG = 0;

  /** RFC 8410: the SubjectPublicKeyInfo of every Ed25519 key up to the key itself. */
  private static final byte[] KEY_INFO_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  private Ed25519() {}

  /** The account of a key: blake2b-256 over the scheme flag and the 32 bytes. */
  static Address address(Bytes publicKey) {
    Blake2bDigest hash = new Blake2bDigest(Digest.LENGTH * Byte.SIZE);
    hash.update(SCHEME_FLAG);
    hash.update(publicKey.array(), 0, publicKey.length());
    byte[] digest = new byte[Digest.LENGTH];
    hash.doFinal(digest, 0);
    return new Address(Digest.of(digest));
  }

  /**
   * Whether the bytes are the canonical encoding of a point of prime order. A key of small order
   * (the all-zero one is such) has signatures that fit almost any message.
   */
  static boolean isSoundKey(Bytes publicKey) {
    return publicKey.length() == KEY_BYTES
        && org.bouncycastle.math.ec.rfc8032.Ed25519.validatePublicKeyFull(publicKey.array(), 0);
  }

  /** Whether a sound key made this signature; bytes of any form have an answer. */
  static boolean verifies(Bytes publicKey, byte[] message, Bytes signature) {
    if (signature.length() != SIGNATURE_BYTES || !isSoundKey(publicKey)) {
      return false;
    }
    try {
      Signature verifier = Signature.getInstance("Ed25519");
      verifier.initVerify(key(publicKey));
      verifier.update(message);
      return verifier.verify(signature.array());
    } catch (InvalidKeyException | InvalidKeySpecException | SignatureException e) {
      // The JDK refuses by throwing where a part is not canonical, for example S above the order.
      return false;
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has Ed25519", e);
    }
  }

  private static PublicKey key(Bytes publicKey)
      throws NoSuchAlgorithmException, InvalidKeySpecException {
    byte[] info = new byte[KEY_INFO_PREFIX.length + KEY_BYTES];
    System.arraycopy(KEY_INFO_PREFIX, 0, info, 0, KEY_INFO_PREFIX.length);
    System.arraycopy(publicKey.array(), 0, info, KEY_INFO_PREFIX.length, KEY_BYTES);
    return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(info));
  }
}
