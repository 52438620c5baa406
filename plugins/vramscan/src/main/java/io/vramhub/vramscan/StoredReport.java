package io.vramhub.vramscan;

import io.vramhub.api.model.SignedScoreReport;
import io.vramhub.protocol.message.BcsReader;
import io.vramhub.protocol.message.ScoreMessage;

/** A signed report as the database keeps it: {@link ScoreMessage#writeSigned}. */
final class StoredReport {
  private StoredReport() {}

  static SignedScoreReport parse(byte[] stored) {
    return BcsReader.message("a stored score report", stored, ScoreMessage::readSigned);
  }
}
