package io.vramhub.protocol.message;

import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.NanoNats;
import io.vramhub.api.model.ScoreEntry;
import io.vramhub.api.model.ScoreReport;
import io.vramhub.api.model.SignedScoreReport;
import io.vramhub.api.model.Verdict;

/**
 * The score report as an enclave signs it (protocol section 6): the BCS of Nautilus' {@code
 * IntentMessage { intent: u8, timestamp_ms: u64, payload }}, which the Move package rebuilds from
 * the typed fields.
 */
public final class ScoreMessage {
  static final int INTENT = 0;
  private static final int SIGNATURE_BYTES = 64;

  private ScoreMessage() {}

  /** The bytes under the enclave's Ed25519 signature. */
  public static byte[] intentBytes(ScoreReport report, long timestampMs) {
    BcsWriter writer = intent(timestampMs);
    write(writer, report);
    return writer.toByteArray();
  }

  static BcsWriter intent(long timestampMs) {
    return new BcsWriter().u8(INTENT).u64(timestampMs);
  }

  /** Appends the payload of the intent message. */
  public static void write(BcsWriter writer, ScoreReport report) {
    Wire.network(writer, report.network());
    Wire.validator(writer, report.validator());
    writer.u64(report.enclaveEpoch());
    Wire.window(writer, report.window());
    writer.string(report.evaluator());
    Wire.digest(writer, report.baseRoot());
    Wire.digest(writer, report.datasetRoot());
    Wire.digest(writer, report.assignmentSeed());
    Wire.digest(writer, report.evaluationSeed());
    writer.vector(report.entries(), ScoreMessage::entry);
  }

  /** Reads what {@link #write(BcsWriter, ScoreReport)} wrote. */
  public static ScoreReport read(BcsReader reader) {
    return new ScoreReport(
        Wire.network(reader),
        Wire.validator(reader),
        reader.u64(),
        Wire.window(reader),
        reader.string(),
        Wire.digest(reader),
        Wire.digest(reader),
        Wire.digest(reader),
        Wire.digest(reader),
        reader.vector(ScoreMessage::entry));
  }

  /** Appends a report with the enclave's time and signature. */
  public static void writeSigned(BcsWriter writer, SignedScoreReport scores) {
    write(writer, scores.report());
    writer.u64(scores.timestampMs()).bytes(scores.signature().array());
  }

  /** Reads what {@link #writeSigned} wrote; whether the signature is right is not asked here. */
  public static SignedScoreReport readSigned(BcsReader reader) {
    return new SignedScoreReport(
        read(reader), reader.u64(), new Bytes(reader.bytes(SIGNATURE_BYTES)));
  }

  private static void entry(BcsWriter writer, ScoreEntry entry) {
    Wire.miner(writer, entry.miner());
    Wire.digest(writer, entry.contentHash());
    writer
        .u8(entry.verdict().wire())
        .signed(entry.heldoutGain().value())
        .signed(entry.assignedGain().value());
  }

  private static ScoreEntry entry(BcsReader reader) {
    return new ScoreEntry(
        Wire.miner(reader),
        Wire.digest(reader),
        verdict(reader),
        new NanoNats(reader.signed()),
        new NanoNats(reader.signed()));
  }

  private static Verdict verdict(BcsReader reader) {
    int wire = reader.u8();
    for (Verdict verdict : Verdict.values()) {
      if (verdict.wire() == wire) {
        return verdict;
      }
    }
    throw reader.invalid("no verdict has number " + wire);
  }
}
