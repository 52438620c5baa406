package io.vramhub.evaluator.enclave;

import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.SignedScoreReport;
import io.vramhub.protocol.message.ScoreMessage;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;

/** Whether an enclave's signature is over its report (protocol section 6). */
final class ReportSignature {
  /** What X.509 puts before a raw Ed25519 key (RFC 8410). */
  private static final Bytes X509_PREFIX = Bytes.ofHex("302a300506032b6570032100");

  private static final int KEY_BYTES = 32;

  private ReportSignature() {}

  static boolean verifies(SignedScoreReport scores, Bytes publicKey) {
    if (publicKey.length() != KEY_BYTES) {
      return false;
    }
    byte[] encoded = new byte[X509_PREFIX.length() + KEY_BYTES];
    X509_PREFIX.buffer().get(encoded, 0, X509_PREFIX.length());
    publicKey.buffer().get(encoded, X509_PREFIX.length(), KEY_BYTES);
    try {
      Signature verifier = Signature.getInstance("Ed25519");
      verifier.initVerify(
          KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded)));
      verifier.update(ScoreMessage.intentBytes(scores.report(), scores.timestampMs()));
      return verifier.verify(scores.signature().array());
    } catch (GeneralSecurityException e) {
      // The JDK signals a key off the curve and a signature out of range; neither verifies.
      return false;
    }
  }
}
