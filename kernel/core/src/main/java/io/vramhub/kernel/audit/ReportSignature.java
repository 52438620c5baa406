package io.vramhub.kernel.audit;

import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.SignedScoreReport;
import io.vramhub.protocol.message.ScoreMessage;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;

/** The Ed25519 signature of a score report over the intent message rebuilt from its fields. */
final class ReportSignature {
  /** RFC 8410: the SubjectPublicKeyInfo of every Ed25519 key up to the key itself. */
  private static final byte[] KEY_INFO_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  private ReportSignature() {}

  /** Whether the key signed exactly these fields; bytes of any form have an answer. */
  static boolean verifies(Bytes publicKey, SignedScoreReport scores) {
    try {
      Signature verifier = Signature.getInstance("Ed25519");
      byte[] info = new byte[KEY_INFO_PREFIX.length + publicKey.length()];
      System.arraycopy(KEY_INFO_PREFIX, 0, info, 0, KEY_INFO_PREFIX.length);
      System.arraycopy(publicKey.array(), 0, info, KEY_INFO_PREFIX.length, publicKey.length());
      verifier.initVerify(
          KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(info)));
      verifier.update(ScoreMessage.intentBytes(scores.report(), scores.timestampMs()));
      return verifier.verify(scores.signature().array());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has Ed25519", e);
    } catch (GeneralSecurityException e) {
      // A key or signature that is not even well-formed verifies nothing.
      return false;
    }
  }
}
