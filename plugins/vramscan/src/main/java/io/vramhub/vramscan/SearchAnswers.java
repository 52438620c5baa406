package io.vramhub.vramscan;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** One box that finds anything: by number, by name, by hash. */
final class SearchAnswers {
  static final List<String> PARAMETERS = List.of("q");

  private static final int MOST = 20;
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");
  private static final Pattern HEX = Pattern.compile("(0x)?[0-9a-f]{6,128}");
  private static final int LONGEST = 200;

  private final Session session;
  private final List<ObjectNode> found = new ArrayList<>();

  private SearchAnswers(Session session) {
    this.session = session;
  }

  static ObjectNode search(Session session, Parameters parameters) throws SQLException {
    String query = parameters.text("q").map(String::strip).orElse("");
    if (query.isEmpty() || query.length() > LONGEST) {
      throw ApiException.refused("'q' is what to look for, 1 to " + LONGEST + " characters");
    }
    SearchAnswers search = new SearchAnswers(session);
    if (NUMBER.matcher(query).matches()) {
      search.number(Long.parseLong(query));
    }
    String lower = query.toLowerCase(Locale.ROOT);
    if (HEX.matcher(lower).matches()) {
      search.hex(lower.startsWith("0x") ? lower.substring(2) : lower);
    }
    search.name(lower);
    ObjectNode answer = ApiJson.object().put("query", query);
    ArrayNode items = answer.putArray("items");
    search.found.stream().distinct().limit(MOST).forEach(items::add);
    return answer;
  }

  private void number(long number) throws SQLException {
    find(
        "SELECT number AS id FROM training_window WHERE number = ?",
        row -> item("window", row.text("id"), "Window " + row.text("id"), "number", "/windows/"),
        number);
    find(
        "SELECT uid AS id, label FROM miner WHERE uid = ?",
        row -> item("miner", row.text("id"), row.text("label"), "uid", "/miners/"),
        number);
    find(
        "SELECT uid AS id, label FROM validator WHERE uid = ?",
        row -> item("validator", row.text("id"), row.text("label"), "uid", "/validators/"),
        number);
    find(
        "SELECT number AS id FROM checkpoint WHERE number = ?",
        row ->
            item(
                "checkpoint",
                row.text("id"),
                "Checkpoint " + row.text("id"),
                "number",
                "/checkpoints/"),
        number);
    find(
        "SELECT sequence AS id, kind FROM chain_event WHERE sequence = ?",
        row -> item("event", row.text("id"), row.text("kind"), "sequence", "/events/"),
        number);
  }

  /** Prefixes; the end of the range is the prefix with a character above all hex digits. */
  private void hex(String prefix) throws SQLException {
    String end = prefix + "g";
    String address = "0x" + prefix;
    String addressEnd = "0x" + end;
    find(
        "SELECT number AS id FROM checkpoint WHERE root >= ? AND root < ? ORDER BY number LIMIT 5",
        row ->
            item(
                "checkpoint",
                row.text("id"),
                "Checkpoint " + row.text("id"),
                "root",
                "/checkpoints/"),
        prefix,
        end);
    find(
        """
        SELECT uid AS id, label FROM miner
        WHERE (owner >= ? AND owner < ?) OR (payout >= ? AND payout < ?) ORDER BY uid LIMIT 5
        """,
        row -> item("miner", row.text("id"), row.text("label"), "address", "/miners/"),
        address,
        addressEnd,
        address,
        addressEnd);
    find(
        """
        SELECT uid AS id, label FROM validator
        WHERE (owner >= ? AND owner < ?) OR (payout >= ? AND payout < ?) ORDER BY uid LIMIT 5
        """,
        row -> item("validator", row.text("id"), row.text("label"), "address", "/validators/"),
        address,
        addressEnd,
        address,
        addressEnd);
    find(
        """
        SELECT window_number AS id, miner_uid FROM window_miner
        WHERE content_hash >= ? AND content_hash < ? ORDER BY content_hash LIMIT 5
        """,
        row ->
            item(
                "window",
                row.text("id"),
                "Gradient of miner " + row.text("miner_uid") + " in window " + row.text("id"),
                "content hash",
                "/windows/"),
        prefix,
        end);
    find(
        """
        SELECT validator_uid || '-' || epoch AS id FROM enclave
        WHERE public_key >= ? AND public_key < ? ORDER BY registered_sequence LIMIT 5
        """,
        row -> item("enclave", row.text("id"), "Enclave " + row.text("id"), "key", "/enclaves/"),
        prefix,
        end);
    find(
        """
        SELECT number AS id FROM training_window
        WHERE (assignment_seed >= ? AND assignment_seed < ?)
          OR (evaluation_seed >= ? AND evaluation_seed < ?) ORDER BY number LIMIT 5
        """,
        row -> item("window", row.text("id"), "Window " + row.text("id"), "seed", "/windows/"),
        prefix,
        end,
        prefix,
        end);
  }

  private void name(String lower) throws SQLException {
    String pattern = "%" + lower.replace("!", "!!").replace("%", "!%").replace("_", "!_") + "%";
    find(
        """
        SELECT uid AS id, label FROM miner WHERE LOWER(label) LIKE ? ESCAPE '!'
        ORDER BY uid LIMIT 10
        """,
        row -> item("miner", row.text("id"), row.text("label"), "name", "/miners/"),
        pattern);
    find(
        """
        SELECT uid AS id, label FROM validator WHERE LOWER(label) LIKE ? ESCAPE '!'
        ORDER BY uid LIMIT 10
        """,
        row -> item("validator", row.text("id"), row.text("label"), "name", "/validators/"),
        pattern);
  }

  private void find(String sql, Session.Reading<ObjectNode> reading, Object... arguments)
      throws SQLException {
    found.addAll(session.rows(sql, reading, arguments));
  }

  private static ObjectNode item(String type, String id, String title, String why, String page) {
    return ApiJson.object()
        .put("type", type)
        .put("id", id)
        .put("title", title)
        .put("why", why)
        .put("path", page + id + "/");
  }
}
