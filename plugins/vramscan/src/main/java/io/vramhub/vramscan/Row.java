package io.vramhub.vramscan;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalLong;

/** The row a query stands at, by the names of its columns. Valid until the query moves on. */
final class Row {
  private final ResultSet result;

  Row(ResultSet result) {
    this.result = result;
  }

  long number(String column) throws SQLException {
    return optionalNumber(column).orElseThrow(() -> absent(column));
  }

  OptionalLong optionalNumber(String column) throws SQLException {
    long value = result.getLong(column);
    return result.wasNull() ? OptionalLong.empty() : OptionalLong.of(value);
  }

  String text(String column) throws SQLException {
    return optionalText(column).orElseThrow(() -> absent(column));
  }

  Optional<String> optionalText(String column) throws SQLException {
    return Optional.ofNullable(result.getString(column));
  }

  Optional<Boolean> optionalTruth(String column) throws SQLException {
    boolean value = result.getBoolean(column);
    return result.wasNull() ? Optional.empty() : Optional.of(value);
  }

  byte[] bytes(String column) throws SQLException {
    return Optional.ofNullable(result.getBytes(column)).orElseThrow(() -> absent(column));
  }

  private static IllegalStateException absent(String column) {
    return new IllegalStateException("column " + column + " is null where it never is");
  }
}
