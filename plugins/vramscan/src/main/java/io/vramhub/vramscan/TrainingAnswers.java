package io.vramhub.vramscan;

import java.sql.SQLException;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The run as a series over its final windows. */
final class TrainingAnswers {
  static final List<String> PARAMETERS = List.of("from", "to", "points", "format");

  private static final int DEFAULT_POINTS = 1_000;
  private static final int MOST_POINTS = 5_000;
  private static final String RANGE =
      "w.finalized_at_ms IS NOT NULL AND w.number >= ? AND w.number <= ?";

  private TrainingAnswers() {}

  /** Evenly spaced windows, counted back from the last, so that this one is among them. */
  static List<ObjectNode> points(Session session, Parameters parameters) throws SQLException {
    int points = parameters.number("points", 2, MOST_POINTS).orElse(DEFAULT_POINTS);
    long windows = windows(session, parameters);
    long step = Math.max(1, (windows + points - 1) / points);
    return session.rows(
        Listings.TRAINING.select()
            + " JOIN (SELECT number AS n, ROW_NUMBER() OVER (ORDER BY number DESC) AS back"
            + " FROM training_window w WHERE "
            + RANGE
            + ") ranked ON ranked.n = w.number WHERE (ranked.back - 1) % ? = 0 ORDER BY w.number",
        Listings.TRAINING::item,
        from(parameters),
        to(parameters),
        step);
  }

  static ObjectNode training(Session session, Parameters parameters) throws SQLException {
    ObjectNode training = ApiJson.object().put("windows", windows(session, parameters));
    ArrayNode points = training.putArray("points");
    points(session, parameters).forEach(points::add);
    return training;
  }

  /** The last final windows, oldest first. */
  static List<ObjectNode> last(Session session, int count) throws SQLException {
    return session
        .rows(
            Listings.TRAINING.select()
                + " WHERE w.finalized_at_ms IS NOT NULL ORDER BY w.number DESC LIMIT "
                + count,
            Listings.TRAINING::item)
        .reversed();
  }

  private static long windows(Session session, Parameters parameters) throws SQLException {
    return session.only(
        "SELECT COUNT(*) AS windows FROM training_window w WHERE " + RANGE,
        row -> row.number("windows"),
        from(parameters),
        to(parameters));
  }

  private static long from(Parameters parameters) {
    return parameters.number("from", 0L, Long.MAX_VALUE).orElse(0);
  }

  private static long to(Parameters parameters) {
    return parameters.number("to", 0L, Long.MAX_VALUE).orElse(Long.MAX_VALUE);
  }
}
