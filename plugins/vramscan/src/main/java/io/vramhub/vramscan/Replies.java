package io.vramhub.vramscan;

import io.vramhub.api.model.HttpReply;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** How answers become HTTP. */
final class Replies {
  private static final String JSON = "application/json; charset=utf-8";

  private Replies() {}

  static HttpReply json(int status, JsonNode body) {
    return bytes(status, JSON, ApiJson.bytes(body));
  }

  static HttpReply bytes(int status, String contentType, byte[] body) {
    TreeMap<String, String> headers = new TreeMap<>();
    headers.put("content-type", contentType);
    headers.put("content-length", Integer.toString(body.length));
    headers.put("cache-control", "no-cache");
    headers.put("x-content-type-options", "nosniff");
    return new HttpReply(status, headers, Flux.defer(() -> Flux.just(ByteBuffer.wrap(body))));
  }

  static HttpReply error(int status, String message) {
    return json(status, ApiJson.object().put("status", status).put("message", message));
  }

  /** The reply with the tag its client may ask again with. */
  static HttpReply tagged(HttpReply reply, String tag) {
    TreeMap<String, String> headers = new TreeMap<>(reply.headers());
    headers.put("etag", tag);
    return new HttpReply(reply.status(), headers, reply.body());
  }

  static HttpReply unchanged(String tag) {
    TreeMap<String, String> headers = new TreeMap<>();
    headers.put("etag", tag);
    headers.put("cache-control", "no-cache");
    return new HttpReply(304, headers, Flux.empty());
  }

  /** Whether a client's {@code If-None-Match} names the tag. */
  static boolean matches(Optional<String> ifNoneMatch, String tag) {
    return ifNoneMatch
        .map(
            names ->
                names.equals("*")
                    || List.of(names.split("\\s*,\\s*")).stream()
                        .map(name -> name.startsWith("W/") ? name.substring(2) : name)
                        .anyMatch(tag::equals))
        .orElse(false);
  }

  /** RFC 4180: a header line and one line per item. Cells that a spreadsheet would run are text. */
  static HttpReply csv(Listing listing, List<ObjectNode> items) {
    StringBuilder text = new StringBuilder();
    text.append(listing.columns().stream().map(Column::name).collect(Collectors.joining(",")));
    text.append("\r\n");
    for (ObjectNode item : items) {
      text.append(
          listing.columns().stream()
              .map(column -> cell(column, item.get(column.name())))
              .collect(Collectors.joining(",")));
      text.append("\r\n");
    }
    return bytes(200, "text/csv; charset=utf-8", text.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static String cell(Column column, JsonNode value) {
    if (value.isNull()) {
      return "";
    }
    String text = value.isString() ? value.stringValue() : value.toString();
    if (column.kind() == Column.Kind.TEXT
        && !text.isEmpty()
        && "=+-@\t\r".indexOf(text.charAt(0)) >= 0) {
      text = "'" + text;
    }
    return text.chars().anyMatch(c -> c == '"' || c == ',' || c == '\n' || c == '\r')
        ? '"' + text.replace("\"", "\"\"") + '"'
        : text;
  }
}
