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
record Column(String name, String sql, Kind kind, boolean sorts, boolean filters) {
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
    return new Column(name, sql, Kind.NUMBER, false, false);
  }

  static Column decimal(String name, String sql) {
    return new Column(name, sql, Kind.DECIMAL, false, false);
  }

  static Column text(String name, String sql) {
    return new Column(name, sql, Kind.TEXT, false, false);
  }

  static Column truth(String name, String sql) {
    return new Column(name, sql, Kind.TRUTH, false, false);
  }

  static Column json(String name, String sql) {
    return new Column(name, sql, Kind.JSON, false, false);
  }

  /** The same, to sort by. */
  Column sortable() {
    return new Column(name, sql, kind, true, filters);
  }

  /** The same, to filter by. */
  Column filterable() {
    return new Column(name, sql, kind, sorts, true);
  }

  /** The name the field has in a query's result. */
  String label() {
    return "c_" + name.toLowerCase(Locale.ROOT);
  }

  JsonNode value(Row row) throws SQLException {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return switch (kind) {
      case NUMBER -> {
        var number = row.optionalNumber(label());
        yield number.isPresent() ? nodes.numberNode(number.getAsLong()) : nodes.nullNode();
      }
      case DECIMAL -> {
        var number = row.optionalNumber(label());
        yield number.isPresent()
            ? nodes.stringNode(Long.toString(number.getAsLong()))
            : nodes.nullNode();
      }
      case TEXT ->
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
