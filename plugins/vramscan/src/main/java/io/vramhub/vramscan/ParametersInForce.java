package io.vramhub.vramscan;

import io.vramhub.api.model.NetworkParameters;
import io.vramhub.protocol.message.ParametersMessage;
import java.sql.SQLException;

/**
 * The parameters of a window.
 *
 * @param effective the window they are in force from
 */
record ParametersInForce(long effective, NetworkParameters values) {
  /** Those scheduled last for the greatest effective window not after it. */
  static ParametersInForce of(Session session, long window) throws SQLException {
    return session.only(
        """
        SELECT effective, message FROM parameter_set WHERE effective <= ?
        ORDER BY effective DESC, sequence DESC LIMIT 1
        """,
        row ->
            new ParametersInForce(
                row.number("effective"), ParametersMessage.decode(row.bytes("message"))),
        window);
  }
}
