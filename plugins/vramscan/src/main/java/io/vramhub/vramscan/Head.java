package io.vramhub.vramscan;

import java.sql.SQLException;

/**
 * How far the index is.
 *
 * @param network in hex; empty before the first event
 * @param height sequence of the last event in it
 * @param timeMs chain time of that event
 */
record Head(String network, long height, long timeMs) {
  static final Head NONE = new Head("", 0, 0);

  static Head read(Session session) throws SQLException {
    return session.only(
        "SELECT network, height, time_ms FROM progress",
        row ->
            new Head(
                row.optionalText("network").orElse(""),
                row.number("height"),
                row.number("time_ms")));
  }
}
