package io.vramhub.seal.scheme;

import java.nio.ByteBuffer;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** SHA3-256 and what is built from it. */
final class Sha3 {
  static final int BYTES = 32;

  private static final String HMAC = "HmacSHA3-256";

  private Sha3() {}

  /** Over the parts, one after the other. */
  static byte[] hash(byte[]... parts) {
    try {
      MessageDigest hash = MessageDigest.getInstance("SHA3-256");
      for (byte[] part : parts) {
        hash.update(part);
      }
      return hash.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA3-256", e);
    }
  }

  /** Over the parts, one after the other. */
  static byte[] hmac(byte[] key, byte[]... parts) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key, HMAC));
      for (byte[] part : parts) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new AssertionError("every Java platform has " + HMAC, e);
    }
  }

  /** RFC 5869 without salt, which stands for as many zero bytes as the hash is long. */
  static byte[] hkdf(byte[] secret, byte[] info, int length) {
    byte[] pseudorandom = hmac(new byte[BYTES], secret);
    ByteBuffer out = ByteBuffer.allocate(length);
    byte[] block = new byte[0];
    for (int i = 1; out.hasRemaining(); i++) {
      block = hmac(pseudorandom, block, info, new byte[] {(byte) i});
      out.put(block, 0, Math.min(block.length, out.remaining()));
    }
    return out.array();
  }
}
