package io.vramhub.vramscan;

import java.sql.SQLException;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.util.RawValue;

/**
 * One field of a list's rows.
 *
 * @param name the API's
 * @param sql the expression it is read from
 */
record Column(String name, String sql, Kind kind, Sorting sorting, boolean filters) {
  /** Whether a list can be sorted by the field. */
  enum Sorting {
    NONE,
    /** It always has a value, so an index can give the order. */
    PLAIN,
    /** Rows without a value come below all others. */
    NULLS_LOW
  }

  /** How a field is read, written and compared. */
  enum Kind {
    /** A number that a browser's numbers hold. */
    NUMBER,
    /** A 64-bit number, written as text. */
    DECIMAL,
    TEXT,
    TRUTH,
    /** Text that is JSON already. */
    JSON
  }

  static Column number(String name, String sql) {
    return new Column(name, sql, Kind.NUMBER, Sorting.NONE, false);
  }

  static Column decimal(String name, String sql) {
    return new Column(name, sql, Kind.DECIMAL, Sorting.NONE, false);
  }

  static Column text(String name, String sql) {
    return new Column(name, sql, Kind.TEXT, Sorting.NONE, false);
  }

  static Column truth(String name, String sql) {
    return new Column(name, sql, Kind.TRUTH, Sorting.NONE, false);
  }

  static Column json(String name, String sql) {
    return new Column(name, sql, Kind.JSON, Sorting.NONE, false);
  }

  /** The same, to sort by. */
  Column sortable() {
    return new Column(name, sql, kind, Sorting.PLAIN, filters);
  }

  /** The same, to sort by although it may be null. */
  Column sortableWithNulls() {
    return new Column(name, sql, kind, Sorting.NULLS_LOW, filters);
  }

  boolean sorts() {
    return sorting != Sorting.NONE;
  }

  /** The same, to filter by. */
  Column filterable() {
    return new Column(name, sql, kind, sorting, true);
  }

  /** The name the field has in a query's result. */
  String label() {
    return "c_" + name.toLowerCase(Locale.ROOT);
  }

  JsonNode value(Row row) throws SQLException {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return switch (kind) {
      case NUMBER -> ApiJson.number(row.optionalNumber(label()));
      case DECIMAL, TEXT ->
          row.optionalText(label()).<JsonNode>map(nodes::stringNode).orElse(nodes.nullNode());
      case TRUTH ->
          row.optionalTruth(label()).<JsonNode>map(nodes::booleanNode).orElse(nodes.nullNode());
      case JSON ->
          row.optionalText(label())
              .<JsonNode>map(text -> nodes.rawValueNode(new RawValue(text)))
              .orElse(nodes.nullNode());
    };
  }

  /** A value a client wrote, as an argument of SQL. */
  Object argument(String text) {
    try {
      return switch (kind) {
        case NUMBER, DECIMAL -> Long.parseLong(text);
        case TEXT, JSON -> text;
        case TRUTH ->
            switch (text) {
              case "true" -> true;
              case "false" -> false;
              default -> throw ApiException.refused("'" + name + "' is true or false");
            };
      };
    } catch (NumberFormatException e) {
      throw ApiException.refused("'" + name + "' is a whole number, not '" + text + "'");
    }
  }
}
