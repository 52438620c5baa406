package io.vramhub.vramscan;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/**
 * A list of the API: where its rows come from and what is in them. One declaration gives the JSON,
 * the CSV, the filters, the sorting and the pages.
 *
 * <p>A page continues behind the last row of the one before, by the sorted field and then by the
 * key, so rows that are added meanwhile neither repeat nor hide others.
 *
 * @param from the tables, with their joins
 * @param key an expression that tells rows apart
 * @param columns in the order they are written; the first sortable one sorts by default
 * @param descending whether the default order is
 */
record Listing(String from, String key, List<Column> columns, boolean descending) {
  private static final int DEFAULT_LIMIT = 50;
  private static final int GREATEST_LIMIT = 1_000;

  Listing {
    columns = List.copyOf(columns);
  }

  /** A page, and how to ask for the next one. */
  record Page(List<ObjectNode> items, Optional<String> next) {}

  private record Order(Column column, boolean descending) {
    String direction() {
      return descending ? "DESC" : "ASC";
    }

    /**
     * Nulls have a place too: below everything. Numbers are never that small, texts never shorter.
     */
    String expression() {
      if (column.sorting() == Column.Sorting.PLAIN) {
        return column.sql();
      }
      return switch (column.kind()) {
        case NUMBER, DECIMAL -> "COALESCE(" + column.sql() + ", " + (Long.MIN_VALUE + 1) + ")";
        case TEXT, TRUTH, JSON -> "COALESCE(" + column.sql() + ", '')";
      };
    }
  }

  /** Where a page ended: the sorted field and the key of its last row. */
  private record Cursor(String value, long key) {
    String text() {
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString((key + ":" + value).getBytes(StandardCharsets.UTF_8));
    }

    static Cursor parse(String text) {
      try {
        String plain = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
        int colon = plain.indexOf(':');
        return new Cursor(
            plain.substring(colon + 1), Long.parseLong(plain, 0, Math.max(0, colon), 10));
      } catch (IllegalArgumentException e) {
        throw ApiException.refused("'after' is not the 'next' of any page");
      }
    }
  }

  /** Every row that meets the condition, by the default order. */
  List<ObjectNode> all(Session session, String condition, Object... arguments) throws SQLException {
    Order order = defaultOrder();
    return session.rows(
        select() + " WHERE " + condition + " ORDER BY " + ordering(order), this::item, arguments);
  }

  /** The one row that meets the condition. */
  Optional<ObjectNode> one(Session session, String condition, Object... arguments)
      throws SQLException {
    return session.first(select() + " WHERE " + condition, this::item, arguments);
  }

  /**
   * The page a client asks for.
   *
   * @param condition what every row must meet
   */
  Page page(Session session, Parameters parameters, String condition, Object... fixed)
      throws SQLException {
    Order order = parameters.text("sort").map(this::order).orElseGet(this::defaultOrder);
    int limit = parameters.number("limit", 1, GREATEST_LIMIT).orElse(DEFAULT_LIMIT);
    List<Object> arguments = new ArrayList<>(List.of(fixed));
    StringBuilder where = new StringBuilder(condition);
    for (Column column : columns) {
      Optional<String> wanted =
          column.filters() ? parameters.text(column.name()) : Optional.empty();
      if (wanted.isPresent()) {
        where.append(" AND ").append(column.sql()).append(" = ?");
        arguments.add(column.argument(wanted.get()));
      }
    }
    Optional<Cursor> after = parameters.text("after").map(Cursor::parse);
    if (after.isPresent()) {
      String than = order.descending() ? " < ?" : " > ?";
      if (byKey(order)) {
        where.append(" AND ").append(key).append(than);
      } else {
        String field = order.expression();
        where.append(" AND (").append(field).append(than);
        where.append(" OR (").append(field).append(" = ? AND ").append(key).append(than);
        where.append("))");
        Object value = order.column().argument(after.get().value());
        arguments.addAll(List.of(value, value));
      }
      arguments.add(after.get().key());
    }
    String sql =
        select() + " WHERE " + where + " ORDER BY " + ordering(order) + " LIMIT " + (limit + 1);
    List<Placed> rows = session.rows(sql, row -> placed(row, order), arguments.toArray());
    List<ObjectNode> items = rows.stream().limit(limit).map(Placed::item).toList();
    Optional<String> next =
        rows.size() > limit ? Optional.of(rows.get(limit - 1).place().text()) : Optional.empty();
    return new Page(items, next);
  }

  private record Placed(ObjectNode item, Cursor place) {}

  private Placed placed(Row row, Order order) throws SQLException {
    ObjectNode item = item(row);
    String value = row.optionalText(order.column().label()).orElse(nullValue(order.column()));
    return new Placed(item, new Cursor(value, row.number("c_key")));
  }

  private static String nullValue(Column column) {
    return switch (column.kind()) {
      case NUMBER, DECIMAL -> Long.toString(Long.MIN_VALUE + 1);
      case TEXT, TRUTH, JSON -> "";
    };
  }

  /** Everything but the condition and the order; rows are read by {@link #item}. */
  String select() {
    return columns.stream()
        .map(column -> column.sql() + " AS " + column.label())
        .collect(Collectors.joining(", ", "SELECT ", ", " + key + " AS c_key FROM " + from));
  }

  /** Then the key alone gives the order, and its index the rows. */
  private boolean byKey(Order order) {
    return order.column().sql().equals(key);
  }

  private String ordering(Order order) {
    if (byKey(order)) {
      return key + " " + order.direction();
    }
    return order.expression() + " " + order.direction() + ", " + key + " " + order.direction();
  }

  private Order defaultOrder() {
    return columns.stream()
        .filter(Column::sorts)
        .findFirst()
        .map(column -> new Order(column, descending))
        .orElseThrow(() -> new IllegalStateException("a list has a sortable column"));
  }

  private Order order(String text) {
    boolean down = text.startsWith("-");
    String name = down ? text.substring(1) : text;
    return columns.stream()
        .filter(column -> column.sorts() && column.name().equals(name))
        .findFirst()
        .map(column -> new Order(column, down))
        .orElseThrow(
            () ->
                ApiException.refused(
                    "'sort' is one of "
                        + columns.stream()
                            .filter(Column::sorts)
                            .map(Column::name)
                            .collect(Collectors.joining(", "))
                        + ", with '-' before it for descending"));
  }

  ObjectNode item(Row row) throws SQLException {
    ObjectNode item = ApiJson.object();
    for (Column column : columns) {
      item.set(column.name(), column.value(row));
    }
    return item;
  }

  /** The parameters a client may give for this list. */
  List<String> parameters() {
    List<String> names = new ArrayList<>(List.of("limit", "after", "sort", "format"));
    columns.stream().filter(Column::filters).map(Column::name).forEach(names::add);
    return names;
  }
}
