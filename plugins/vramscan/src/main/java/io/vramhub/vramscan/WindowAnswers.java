package io.vramhub.vramscan;

import io.vramhub.api.model.Digest;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.ScoreEntry;
import io.vramhub.api.model.SignedScoreReport;
import io.vramhub.api.model.WindowId;
import io.vramhub.protocol.data.PageAssignment;
import io.vramhub.protocol.window.WindowSchedule;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

/** One window: everything of it, and the raw material to recompute it from. */
final class WindowAnswers {
  /** Of {@code /v1/windows/{window}/record}. */
  private static final String RECORD_FORMAT = "vramscan-window/1";

  private final Session session;
  private final long number;
  private final ObjectNode summary;
  private final NetworkId network;
  private final ParametersInForce parameters;

  private WindowAnswers(
      Session session,
      long number,
      ObjectNode summary,
      NetworkId network,
      ParametersInForce parameters) {
    this.session = session;
    this.number = number;
    this.summary = summary;
    this.network = network;
    this.parameters = parameters;
  }

  static WindowAnswers of(Session session, long number) throws SQLException {
    Optional<ObjectNode> summary = Listings.WINDOWS.one(session, "w.number = ?", number);
    if (summary.isEmpty()) {
      long newest =
          session.only(
              "SELECT COALESCE(MAX(number), 0) AS newest FROM training_window",
              row -> row.number("newest"));
      throw ApiException.missing("window " + number + " was never opened; the newest is " + newest);
    }
    return new WindowAnswers(
        session,
        number,
        summary.get(),
        new NetworkId(Digest.ofHex(Head.read(session).network())),
        ParametersInForce.of(session, number));
  }

  ObjectNode detail() throws SQLException {
    ObjectNode detail = ApiJson.object();
    detail.set("window", summary);
    detail.set("phases", phases(parameters.values(), number));
    detail.put("parametersFrom", parameters.effective());
    detail.set(
        "checkpoint",
        Listings.CHECKPOINTS
            .one(session, "c.number = ?", number + 1)
            .<JsonNode>map(found -> found)
            .orElse(detail.nullNode()));
    Result result = result();
    detail.putRawValue("topG", new RawValue(result.topG()));
    detail.put("topGDigest", result.topGDigest().orElse(null));
    ArrayNode heldout = detail.putArray("heldoutPages");
    evaluationSeed()
        .map(seed -> PageAssignment.heldoutEvaluation(network, parameters.values(), seed))
        .ifPresent(pages -> LongStream.of(pages).forEach(heldout::add));
    detail.set("miners", miners());
    detail.set("validators", validators());
    detail.set("lines", lines());
    detail.set("credits", credits(result));
    detail.set("drifted", drifted(result));
    return detail;
  }

  /** What the row of a window holds beside its summary. */
  private record Result(String topG, Optional<String> topGDigest, String drifted, long treasury) {}

  private Result result() throws SQLException {
    return session.only(
        """
        SELECT COALESCE(top_g, '[]') AS top_g, top_g_digest, COALESCE(drifted, '[]') AS drifted,
          credited_treasury
        FROM training_window WHERE number = ?
        """,
        row ->
            new Result(
                row.text("top_g"),
                row.optionalText("top_g_digest"),
                row.text("drifted"),
                row.number("credited_treasury")),
        number);
  }

  static ObjectNode phases(NetworkParameters parameters, long window) {
    WindowSchedule schedule = new WindowSchedule(parameters.schedule());
    WindowId id = new WindowId(window);
    return ApiJson.object()
        .put("opensMs", schedule.opensAt(id))
        .put("commitDeadlineMs", schedule.commitDeadline(id))
        .put("closesMs", schedule.closesAt(id));
  }

  private Optional<Digest> evaluationSeed() {
    return summary.get("evaluationSeed").stringValueOpt().map(Digest::ofHex);
  }

  private ArrayNode miners() throws SQLException {
    Map<Long, String> labels =
        labels(
            """
            SELECT m.uid, m.label FROM miner m JOIN window_miner w ON w.miner_uid = m.uid
            WHERE w.window_number = ?
            """);
    Digest assignmentSeed = Digest.ofHex(summary.get("assignmentSeed").stringValue());
    ArrayNode miners = summary.arrayNode();
    for (ObjectNode miner :
        session.rows(
            Listings.MINER_WINDOWS.select() + " WHERE m.window_number = ? ORDER BY m.miner_uid",
            Listings.MINER_WINDOWS::item,
            number)) {
      miner.put("label", labels.getOrDefault(miner.get("miner").longValue(), ""));
      ArrayNode pages = miner.putArray("pages");
      ArrayNode assigned = miner.putArray("assignedPages");
      if (miner.get("slot").isNumber()) {
        int slot = miner.get("slot").intValue();
        LongStream.of(PageAssignment.assigned(network, parameters.values(), assignmentSeed, slot))
            .forEach(pages::add);
        evaluationSeed()
            .map(
                seed ->
                    PageAssignment.assignedEvaluation(
                        network, parameters.values(), assignmentSeed, seed, slot))
            .ifPresent(drawn -> LongStream.of(drawn).forEach(assigned::add));
      }
      miners.add(miner);
    }
    return miners;
  }

  private ArrayNode validators() throws SQLException {
    Map<Long, String> labels =
        labels(
            """
            SELECT v.uid, v.label FROM validator v
            JOIN window_validator w ON w.validator_uid = v.uid WHERE w.window_number = ?
            """);
    ArrayNode validators = summary.arrayNode();
    for (ObjectNode validator :
        session.rows(
            Listings.VALIDATOR_WINDOWS.select()
                + " WHERE v.window_number = ? ORDER BY v.validator_uid",
            Listings.VALIDATOR_WINDOWS::item,
            number)) {
      validator.put("label", labels.getOrDefault(validator.get("validator").longValue(), ""));
      validators.add(validator);
    }
    return validators;
  }

  private Map<Long, String> labels(String sql) throws SQLException {
    Map<Long, String> labels = new HashMap<>();
    session.rows(sql, row -> labels.put(row.number("uid"), row.text("label")), number);
    return labels;
  }

  private ArrayNode lines() throws SQLException {
    Set<List<Long>> deviations =
        new HashSet<>(
            session.rows(
                "SELECT validator_uid, miner_uid FROM deviation WHERE window_number = ?",
                row -> List.of(row.number("validator_uid"), row.number("miner_uid")),
                number));
    ArrayNode lines = summary.arrayNode();
    for (StoredReport stored : StoredReport.ofWindow(session, number)) {
      long validator = stored.scores().report().validator().value();
      for (ScoreEntry entry : stored.scores().report().entries()) {
        long miner = entry.miner().value();
        lines
            .addObject()
            .put("validator", validator)
            .put("miner", miner)
            .put("contentHash", entry.contentHash().hex())
            .put("verdict", entry.verdict().name())
            .put("heldoutGain", entry.heldoutGain().toString())
            .put("assignedGain", entry.assignedGain().toString())
            .put("deviates", deviations.contains(List.of(validator, miner)));
      }
    }
    return lines;
  }

  private ArrayNode credits(Result result) throws SQLException {
    ArrayNode credits = summary.arrayNode();
    session
        .rows(
            """
            SELECT 'miner:' || miner_uid AS payee, pay, miner_uid AS uid FROM window_miner
            WHERE window_number = ? AND pay > 0 ORDER BY uid
            """,
            row -> credit(row.text("payee"), row.number("pay")),
            number)
        .forEach(credits::add);
    session
        .rows(
            """
            SELECT 'validator:' || validator_uid AS payee, pay, validator_uid AS uid
            FROM window_validator WHERE window_number = ? AND pay > 0 ORDER BY uid
            """,
            row -> credit(row.text("payee"), row.number("pay")),
            number)
        .forEach(credits::add);
    if (result.treasury() > 0) {
      credits.add(credit("treasury", result.treasury()));
    }
    return credits;
  }

  private static ObjectNode credit(String payee, long amount) {
    return ApiJson.object().put("payee", payee).put("amount", Long.toString(amount));
  }

  private ArrayNode drifted(Result result) {
    ArrayNode drifted = summary.arrayNode();
    for (JsonNode change : ApiJson.parse(result.drifted())) {
      drifted
          .addObject()
          .put("miner", change.get("miner").intValue())
          .put("muBeforeNanos", change.get("before").get("muNanos").stringValue())
          .put("sigmaBeforeNanos", change.get("before").get("sigmaNanos").stringValue())
          .put("muAfterNanos", change.get("after").get("muNanos").stringValue())
          .put("sigmaAfterNanos", change.get("after").get("sigmaNanos").stringValue());
    }
    return drifted;
  }

  ObjectNode record() throws SQLException {
    boolean finished = !summary.get("finalizedSequence").isNull();
    ObjectNode record = ApiJson.object();
    record.put("format", RECORD_FORMAT);
    record.put("network", network.digest().hex());
    record.put("window", number);
    record.put("height", Head.read(session).height());
    record.put("final", finished);
    record.put("parametersFrom", parameters.effective());
    record.set("parameters", ApiJson.tree(parameters.values()));
    record.put(
        "issuedBefore",
        Long.toString(
            session.only(
                """
                SELECT COALESCE(issued_before, (SELECT issued FROM progress)) AS issued
                FROM training_window WHERE number = ?
                """,
                row -> row.number("issued"),
                number)));
    record.set("miners", minersBefore());
    record.set("validators", validatorsBefore());
    ArrayNode reports = record.putArray("reports");
    ArrayNode enclaves = record.putArray("enclaves");
    for (StoredReport stored : StoredReport.ofWindow(session, number)) {
      SignedScoreReport scores = stored.scores();
      reports.add(ReportFields.json(scores, stored.sequence()));
      EnclaveAnswers.withDocument(
              session, scores.report().validator().value(), scores.report().enclaveEpoch())
          .ifPresent(enclaves::add);
    }
    record.putRawValue("attestationPolicy", new RawValue(EnclaveAnswers.policy(session)));
    ArrayNode events = record.putArray("events");
    session
        .rows(
            Listings.EVENTS.select() + " WHERE e.window_number = ? ORDER BY e.sequence",
            Listings.EVENTS::item,
            number)
        .forEach(events::add);
    return record;
  }

  /** As they were just before the window was finalized; as they are while it is not. */
  private ArrayNode minersBefore() throws SQLException {
    ArrayNode miners = summary.arrayNode();
    session
        .rows(
            """
            SELECT w.miner_uid, w.slot, COALESCE(w.mu_before, m.mu) AS mu,
              COALESCE(w.sigma_before, m.sigma) AS sigma, COALESCE(w.proof_before, m.proof) AS proof,
              COALESCE(w.absences_before, m.absences) AS absences
            FROM window_miner w JOIN miner m ON m.uid = w.miner_uid
            WHERE w.window_number = ? ORDER BY w.miner_uid
            """,
            row ->
                ApiJson.object()
                    .put("miner", row.number("miner_uid"))
                    .set("slot", ApiJson.number(row.optionalNumber("slot")))
                    .put("muNanos", row.text("mu"))
                    .put("sigmaNanos", row.text("sigma"))
                    .put("proofNanos", row.text("proof"))
                    .put("consecutiveAbsences", row.number("absences")),
            number)
        .forEach(miners::add);
    return miners;
  }

  private ArrayNode validatorsBefore() throws SQLException {
    ArrayNode validators = summary.arrayNode();
    session
        .rows(
            """
            SELECT w.validator_uid, w.stake,
              COALESCE(w.deviations_before, v.deviations) AS deviations,
              COALESCE(w.jailed_before, v.jailed_by IS NOT NULL) AS jailed
            FROM window_validator w JOIN validator v ON v.uid = w.validator_uid
            WHERE w.window_number = ? AND w.stake IS NOT NULL ORDER BY w.validator_uid
            """,
            row ->
                ApiJson.object()
                    .put("validator", row.number("validator_uid"))
                    .put("stake", row.text("stake"))
                    .put("deviations", row.number("deviations"))
                    .put("jailed", row.optionalTruth("jailed").orElse(false)),
            number)
        .forEach(validators::add);
    return validators;
  }
}
