package io.vramhub.kernel.audit;

import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.SignedScoreReport;
import io.vramhub.kernel.Ed25519;
import io.vramhub.protocol.message.ScoreMessage;

/** The Ed25519 signature of a score report over the intent message rebuilt from its fields. */
final class ReportSignature {
  private ReportSignature() {}

  /** Whether the key signed exactly these fields; bytes of any form have an answer. */
  static boolean verifies(Bytes publicKey, SignedScoreReport scores) {
    return Ed25519.verifies(
        publicKey,
        ScoreMessage.intentBytes(scores.report(), scores.timestampMs()),
        scores.signature());
  }
}
