package io.vramhub.vramscan;

import io.vramhub.api.model.SignedScoreReport;
import io.vramhub.protocol.message.BcsReader;
import io.vramhub.protocol.message.BcsWriter;
import io.vramhub.protocol.message.ScoreMessage;
import java.sql.SQLException;
import java.util.List;

/**
 * A signed report in the database.
 *
 * @param sequence of the event that submitted it
 */
record StoredReport(SignedScoreReport scores, long sequence) {
  /** The form it is kept in. */
  static byte[] stored(SignedScoreReport scores) {
    BcsWriter writer = new BcsWriter();
    ScoreMessage.writeSigned(writer, scores);
    return writer.toByteArray();
  }

  /** The window's reports, by validator. */
  static List<StoredReport> ofWindow(Session session, long window) throws SQLException {
    return session.rows(
        """
        SELECT report, report_sequence FROM window_validator
        WHERE window_number = ? AND report IS NOT NULL ORDER BY validator_uid
        """,
        row ->
            new StoredReport(
                BcsReader.message(
                    "a stored score report", row.bytes("report"), ScoreMessage::readSigned),
                row.number("report_sequence")),
        window);
  }
}
