package io.vramhub.vramscan;

import java.sql.SQLException;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

/** Events, parameters, agreement: what the chain says beside its windows. */
final class ChainAnswers {
  private ChainAnswers() {}

  static ObjectNode event(Session session, long sequence) throws SQLException {
    ObjectNode event =
        Listings.EVENTS
            .one(session, "e.sequence = ?", sequence)
            .orElseThrow(() -> ApiException.missing("event " + sequence + " has not been indexed"));
    Optional<ObjectNode> signed =
        event.get("kind").stringValue().equals("ScoresSubmitted")
            ? StoredReport.ofWindow(session, event.get("window").longValue()).stream()
                .filter(report -> report.sequence() == sequence)
                .map(report -> ReportFields.json(report.scores(), report.sequence()))
                .findFirst()
            : Optional.empty();
    ObjectNode detail = ApiJson.object();
    detail.set("event", event);
    detail.set("signed", signed.<JsonNode>map(found -> found).orElse(detail.nullNode()));
    return detail;
  }

  static ObjectNode parameters(Session session) throws SQLException {
    long inForce =
        session.only(
            """
            SELECT COALESCE((SELECT sequence FROM parameter_set
              WHERE effective <= (SELECT COALESCE(MAX(number), 0) FROM training_window)
              ORDER BY effective DESC, sequence DESC LIMIT 1), 0) AS sequence
            """,
            row -> row.number("sequence"));
    ObjectNode parameters = ApiJson.object();
    ArrayNode items = parameters.putArray("items");
    session
        .rows(
            """
            SELECT effective, sequence, scheduled_at_ms, body FROM parameter_set
            ORDER BY effective DESC, sequence DESC
            """,
            row -> {
              ObjectNode item =
                  ApiJson.object()
                      .put("effective", row.number("effective"))
                      .put("sequence", row.number("sequence"))
                      .put("scheduledAtMs", row.number("scheduled_at_ms"))
                      .put("inForce", row.number("sequence") == inForce);
              item.putRawValue("parameters", new RawValue(row.text("body")));
              return item;
            })
        .forEach(items::add);
    return parameters;
  }

  static ObjectNode agreement(Session session) throws SQLException {
    ObjectNode agreement = ApiJson.object();
    ArrayNode validators = agreement.putArray("validators");
    session
        .rows("SELECT uid FROM validator ORDER BY uid", row -> row.number("uid"))
        .forEach(validators::add);
    ArrayNode pairs = agreement.putArray("pairs");
    session
        .rows(
            "SELECT first_uid, second_uid, compared, equal FROM agreement ORDER BY 1, 2",
            row ->
                ApiJson.object()
                    .put("first", row.number("first_uid"))
                    .put("second", row.number("second_uid"))
                    .put("compared", row.number("compared"))
                    .put("equal", row.number("equal")))
        .forEach(pairs::add);
    return agreement;
  }

  static ObjectNode counts(Session session) throws SQLException {
    return session.only(
        """
        SELECT (SELECT height FROM progress) AS events,
          (SELECT COUNT(*) FROM training_window) AS windows,
          (SELECT COUNT(*) FROM miner) AS miners,
          (SELECT COUNT(*) FROM validator) AS validators,
          (SELECT COUNT(*) FROM enclave) AS enclaves,
          (SELECT COUNT(*) FROM checkpoint) AS checkpoints
        """,
        row -> {
          ObjectNode counts = ApiJson.object();
          for (String name :
              new String[] {
                "events", "windows", "miners", "validators", "enclaves", "checkpoints"
              }) {
            counts.put(name, row.number(name));
          }
          return counts;
        });
  }

  /** What the home page shows, but for the clocks. */
  static ObjectNode now(Session session) throws SQLException {
    ObjectNode now = ApiJson.object();
    now.put("height", Head.read(session).height());
    ArrayNode strip = now.arrayNode();
    session
        .rows(
            Listings.WINDOWS.select() + " ORDER BY w.number DESC LIMIT 24", Listings.WINDOWS::item)
        .reversed()
        .forEach(strip::add);
    if (strip.isEmpty()) {
      now.putNull("window");
    } else {
      JsonNode newest = strip.get(strip.size() - 1);
      long number = newest.get("window").longValue();
      ObjectNode window = now.putObject("window");
      window.set("window", newest);
      window.set(
          "phases", WindowAnswers.phases(ParametersInForce.of(session, number).values(), number));
    }
    now.set("strip", strip);
    ArrayNode training = now.putArray("training");
    TrainingAnswers.last(session, 60).forEach(training::add);
    now.set("rewards", RewardAnswers.rewards(session));
    now.set(
        "enclaves",
        session.only(
            """
            SELECT COUNT(*) AS active,
              COALESCE(SUM(CASE WHEN enclave_kind = 'SOFTWARE' THEN 1 ELSE 0 END), 0) AS software
            FROM validator WHERE enclave_epoch IS NOT NULL AND jailed_by IS NULL
              AND withdrawable_at_ms IS NULL
            """,
            row ->
                ApiJson.object()
                    .put("active", row.number("active"))
                    .put("software", row.number("software"))));
    ArrayNode events = now.putArray("events");
    session
        .rows(
            Listings.EVENT_SUMMARIES.select() + " ORDER BY e.sequence DESC LIMIT 10",
            Listings.EVENT_SUMMARIES::item)
        .forEach(events::add);
    return now;
  }
}
