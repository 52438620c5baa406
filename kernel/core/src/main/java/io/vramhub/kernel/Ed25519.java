package io.vramhub.kernel;

import io.vramhub.api.model.Bytes;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;

/** Checks Ed25519 signatures (RFC 8032) with the JDK. */
public final class Ed25519 {
  public static final int KEY_LENGTH = 32;
  public static final int SIGNATURE_LENGTH = 64;

  /** RFC 8410: the SubjectPublicKeyInfo of every Ed25519 key up to the key itself. */
  private static final byte[] KEY_INFO_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  private Ed25519() {}

  /** Whether the key signed exactly this message; bytes of any form have an answer. */
  public static boolean verifies(Bytes publicKey, byte[] message, Bytes signature) {
    try {
      Signature verifier = Signature.getInstance("Ed25519");
      byte[] info = new byte[KEY_INFO_PREFIX.length + publicKey.length()];
      System.arraycopy(KEY_INFO_PREFIX, 0, info, 0, KEY_INFO_PREFIX.length);
      System.arraycopy(publicKey.array(), 0, info, KEY_INFO_PREFIX.length, publicKey.length());
      verifier.initVerify(
          KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(info)));
      verifier.update(message);
      return verifier.verify(signature.array());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has Ed25519", e);
    } catch (GeneralSecurityException e) {
      // A key or signature that is not even well-formed verifies nothing.
      return false;
    }
  }
}
