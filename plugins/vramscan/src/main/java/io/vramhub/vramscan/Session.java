package io.vramhub.vramscan;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One connection to the database. Statements are text with {@code ?}; an argument is a Long,
 * Integer, String, Boolean, byte[] or an Optional or OptionalLong for what may be null. Not
 * thread-safe.
 */
final class Session implements AutoCloseable {
  private static final int STATEMENTS = 200;

  private final Connection connection;
  private final Map<String, PreparedStatement> statements = new HashMap<>();

  /** What is made of a row. */
  @FunctionalInterface
  interface Reading<T> {
    T of(Row row) throws SQLException;
  }

  Session(Connection connection) {
    this.connection = connection;
  }

  Connection connection() {
    return connection;
  }

  /** Runs a statement and says how many rows it changed. */
  int update(String sql, Object... arguments) throws SQLException {
    PreparedStatement statement = bound(sql, arguments);
    return statement.executeUpdate();
  }

  /** Runs a statement once per list of arguments, in as few round trips as the database allows. */
  void updateAll(String sql, List<Object[]> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    PreparedStatement statement = prepared(sql);
    for (Object[] arguments : rows) {
      bind(statement, arguments);
      statement.addBatch();
    }
    statement.executeBatch();
  }

  /** Every row of a query, in its order. */
  <T> List<T> rows(String sql, Reading<T> reading, Object... arguments) throws SQLException {
    try (ResultSet result = bound(sql, arguments).executeQuery()) {
      List<T> read = new ArrayList<>();
      Row row = new Row(result);
      while (result.next()) {
        read.add(reading.of(row));
      }
      return read;
    }
  }

  /** The first row of a query. */
  <T> Optional<T> first(String sql, Reading<T> reading, Object... arguments) throws SQLException {
    try (ResultSet result = bound(sql, arguments).executeQuery()) {
      return result.next() ? Optional.of(reading.of(new Row(result))) : Optional.empty();
    }
  }

  /** The first row of a query that always has one. */
  <T> T only(String sql, Reading<T> reading, Object... arguments) throws SQLException {
    return first(sql, reading, arguments)
        .orElseThrow(() -> new IllegalStateException("no row from: " + sql));
  }

  private PreparedStatement bound(String sql, Object... arguments) throws SQLException {
    PreparedStatement statement = prepared(sql);
    bind(statement, arguments);
    return statement;
  }

  private PreparedStatement prepared(String sql) throws SQLException {
    PreparedStatement known = statements.get(sql);
    if (known != null) {
      return known;
    }
    if (statements.size() >= STATEMENTS) {
      forget();
    }
    PreparedStatement fresh = connection.prepareStatement(sql);
    statements.put(sql, fresh);
    return fresh;
  }

  private static void bind(PreparedStatement statement, Object... arguments) throws SQLException {
    for (int i = 0; i < arguments.length; i++) {
      bind(statement, i + 1, arguments[i]);
    }
  }

  private static void bind(PreparedStatement statement, int index, Object argument)
      throws SQLException {
    switch (argument) {
      case Optional<?> maybe when maybe.isPresent() -> bind(statement, index, maybe.get());
      case Optional<?> none -> statement.setNull(index, Types.NULL);
      case OptionalLong maybe when maybe.isPresent() -> statement.setLong(index, maybe.getAsLong());
      case OptionalLong none -> statement.setNull(index, Types.NULL);
      case Long number -> statement.setLong(index, number);
      case Integer number -> statement.setLong(index, number);
      case String text -> statement.setString(index, text);
      case Boolean truth -> statement.setBoolean(index, truth);
      case byte[] bytes -> statement.setBytes(index, bytes);
      default -> throw new IllegalArgumentException("not an SQL argument: " + argument.getClass());
    }
  }

  private void forget() throws SQLException {
    for (PreparedStatement statement : statements.values()) {
      statement.close();
    }
    statements.clear();
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
