package io.vramhub.vramscan;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * The tables, as numbered steps that are applied once each, in order, in one transaction with the
 * note that they were. The same steps serve H2 and PostgreSQL.
 */
final class Schema {
  /** The newest step; its file is {@code schema/<number>.sql}. */
  static final int VERSION = 1;

  private static final List<String> TABLES =
      List.of(
          "progress",
          "chain_event",
          "parameter_set",
          "miner",
          "validator",
          "enclave",
          "training_window",
          "window_miner",
          "window_validator",
          "deviation",
          "agreement",
          "checkpoint",
          "claim",
          "vramscan_schema");

  private Schema() {}

  /** Applies the steps the database has not seen. */
  static void migrate(Session session) throws SQLException {
    try (Statement statement = session.connection().createStatement()) {
      statement.execute(
          "CREATE TABLE IF NOT EXISTS vramscan_schema (version BIGINT NOT NULL PRIMARY KEY)");
      int applied = applied(statement);
      if (applied > VERSION) {
        throw new HubException(
            ErrorCode.DISK,
            "VRAMScan's database has tables of version "
                + applied
                + ", this VRAMScan knows "
                + VERSION
                + ": start the newer VRAMScan, or set 'rebuild = true' once to index from the"
                + " first event again.");
      }
      for (int version = applied + 1; version <= VERSION; version++) {
        for (String step : steps(version)) {
          statement.execute(step);
        }
        statement.execute("INSERT INTO vramscan_schema VALUES (" + version + ")");
      }
    }
  }

  /** Removes all tables of VRAMScan, whatever their version, and nothing else. */
  static void drop(Session session) throws SQLException {
    try (Statement statement = session.connection().createStatement()) {
      for (String table : TABLES) {
        statement.execute("DROP TABLE IF EXISTS " + table);
      }
    }
  }

  private static int applied(Statement statement) throws SQLException {
    try (ResultSet result =
        statement.executeQuery("SELECT COALESCE(MAX(version), 0) FROM vramscan_schema")) {
      result.next();
      return result.getInt(1);
    }
  }

  private static List<String> steps(int version) {
    String file = "schema/" + version + ".sql";
    try (InputStream in = Schema.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("the plugin's jar lacks " + file);
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text
          .replaceAll("(?m)--.*$", "")
          .lines()
          .filter(line -> !line.isBlank())
          .toList()
          .stream()
          .reduce((all, line) -> all + "\n" + line)
          .map(statements -> List.of(statements.split(";\\s*")))
          .orElse(List.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
