package io.vramhub.vramscan;

import io.vramhub.api.model.Digest;
import io.vramhub.api.model.ScoreEntry;
import io.vramhub.api.model.ScoreReport;
import io.vramhub.api.model.SignedScoreReport;
import io.vramhub.protocol.message.BcsWriter;
import io.vramhub.protocol.message.ScoreMessage;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The bytes an enclave signed, taken apart: every field with its place, for a reader who wants to
 * see what stands under the signature. The fields are checked to be the whole message.
 */
final class ReportFields {
  private final ArrayNode fields = JsonNodeFactory.instance.arrayNode();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private ReportFields() {}

  /**
   * A report as the API shows it.
   *
   * @param sequence of the event that submitted it
   */
  static ObjectNode json(SignedScoreReport scores, long sequence) {
    ScoreReport report = scores.report();
    ReportFields taken = of(scores);
    ObjectNode json = ApiJson.object();
    json.put("validator", report.validator().value());
    json.put("sequence", sequence);
    json.put("enclaveEpoch", report.enclaveEpoch());
    json.put("timestampMs", scores.timestampMs());
    json.put("bytes", HexFormat.of().formatHex(taken.bytes.toByteArray()));
    json.put("signature", scores.signature().hex());
    json.set("fields", taken.fields);
    return json;
  }

  private static ReportFields of(SignedScoreReport scores) {
    ReportFields taken = new ReportFields();
    taken.add(scores);
    if (!Arrays.equals(
        taken.bytes.toByteArray(),
        ScoreMessage.intentBytes(scores.report(), scores.timestampMs()))) {
      throw new IllegalStateException("the fields of a score report are not its signed bytes");
    }
    return taken;
  }

  private void add(SignedScoreReport scores) {
    ScoreReport report = scores.report();
    add("intent", "u8", "0", new BcsWriter().u8(0));
    add("timestampMs", "u64", scores.timestampMs());
    add("network", report.network().digest());
    add("validator", "u64", report.validator().value());
    add("enclaveEpoch", "u64", report.enclaveEpoch());
    add("window", "u64", report.window().number());
    add("evaluator", "string", report.evaluator(), new BcsWriter().string(report.evaluator()));
    add("baseRoot", report.baseRoot());
    add("datasetRoot", report.datasetRoot());
    add("assignmentSeed", report.assignmentSeed());
    add("evaluationSeed", report.evaluationSeed());
    List<ScoreEntry> entries = report.entries();
    add(
        "entries.length",
        "uleb128",
        Integer.toString(entries.size()),
        new BcsWriter().uleb128(entries.size()));
    for (int i = 0; i < entries.size(); i++) {
      add("entries[" + i + "].", entries.get(i));
    }
  }

  private void add(String prefix, ScoreEntry entry) {
    add(prefix + "miner", "u64", entry.miner().value());
    add(prefix + "contentHash", entry.contentHash());
    add(
        prefix + "verdict",
        "u8",
        entry.verdict().name(),
        new BcsWriter().u8(entry.verdict().wire()));
    addSigned(prefix + "heldoutGain", entry.heldoutGain().value());
    addSigned(prefix + "assignedGain", entry.assignedGain().value());
  }

  private void add(String name, Digest value) {
    add(name, "[32]", value.hex(), new BcsWriter().fixed(value.array()));
  }

  private void add(String name, String type, long value) {
    add(name, type, Long.toString(value), new BcsWriter().u64(value));
  }

  private void addSigned(String name, long value) {
    add(name, "signed", Long.toString(value), new BcsWriter().signed(value));
  }

  private void add(String name, String type, String value, BcsWriter written) {
    byte[] field = written.toByteArray();
    fields
        .addObject()
        .put("name", name)
        .put("offset", bytes.size())
        .put("length", field.length)
        .put("type", type)
        .put("value", value);
    bytes.writeBytes(field);
  }
}
