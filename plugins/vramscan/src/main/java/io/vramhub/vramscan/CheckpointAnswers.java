package io.vramhub.vramscan;

import io.vramhub.api.model.BlobInfo;
import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.ByteRange;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.HttpReply;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.spi.NodeView;
import io.vramhub.protocol.checkpoint.CheckpointNames;
import java.sql.SQLException;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

/** Checkpoints: what the chain says of them, and their files through the node's storage. */
final class CheckpointAnswers {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointAnswers.class);
  private static final Pattern RANGE = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

  private final NodeView node;

  CheckpointAnswers(NodeView node) {
    this.node = node;
  }

  static ObjectNode detail(Session session, long number) throws SQLException {
    ObjectNode checkpoint =
        Listings.CHECKPOINTS
            .one(session, "c.number = ?", number)
            .orElseThrow(() -> missing(number));
    String root = checkpoint.get("root").stringValue();
    ObjectNode detail = ApiJson.object();
    detail.set("checkpoint", checkpoint);
    detail.putRawValue(
        "topG",
        new RawValue(
            session
                .first(
                    "SELECT COALESCE(top_g, '[]') AS top_g FROM training_window WHERE number = ?",
                    row -> row.text("top_g"),
                    number - 1)
                .orElse("[]")));
    ArrayNode votes = detail.putArray("votes");
    session
        .rows(
            """
            SELECT validator_uid, voted_root, stake, vote_sequence, voted_at_ms
            FROM window_validator WHERE window_number = ? AND voted_root IS NOT NULL
            ORDER BY vote_sequence
            """,
            row ->
                ApiJson.object()
                    .put("validator", row.number("validator_uid"))
                    .put("root", row.text("voted_root"))
                    .put("stake", row.optionalText("stake").orElse(null))
                    .put("agrees", row.text("voted_root").equals(root))
                    .put("sequence", row.number("vote_sequence"))
                    .put("votedAtMs", row.number("voted_at_ms")),
            number - 1)
        .forEach(votes::add);
    return detail;
  }

  static ApiException missing(long number) {
    return ApiException.missing("checkpoint " + number + " has not been anchored");
  }

  /** Adds what the storage has of a checkpoint; nothing if it cannot say. */
  Mono<JsonNode> withFiles(ObjectNode detail, long number) {
    WindowId window = new WindowId(number);
    String path = "/v1/checkpoints/" + number;
    return Mono.zip(
            stored(CheckpointNames.file(window), path + "/file"),
            stored(CheckpointNames.leaves(window), path + "/leaves"))
        .map(
            files -> {
              detail.set("file", files.getT1());
              detail.set("leaves", files.getT2());
              return detail;
            });
  }

  private Mono<JsonNode> stored(BlobKey key, String path) {
    JsonNode none = ApiJson.object().nullNode();
    return node.stat(key)
        .<JsonNode>map(
            info ->
                ApiJson.object()
                    .put("key", key.name())
                    .put("length", info.length())
                    .put("path", path))
        .onErrorResume(
            failure -> {
              LOG.warn("storage cannot say whether it has {}: {}", key, failure.getMessage());
              return Mono.just(none);
            })
        .defaultIfEmpty(none);
  }

  /**
   * An object of the storage, whole or one range of it. Its bytes are not checked here: whoever
   * downloads a checkpoint compares it with the anchored root.
   */
  Mono<HttpReply> download(BlobKey key, Optional<String> range) {
    return node.stat(key)
        .switchIfEmpty(Mono.error(() -> ApiException.missing("the storage does not keep " + key)))
        .map(info -> download(info, range));
  }

  private HttpReply download(BlobInfo info, Optional<String> range) {
    Optional<ByteRange> part = range.flatMap(wanted -> part(wanted, info.length()));
    ByteRange bytes = part.orElse(new ByteRange(0, info.length()));
    TreeMap<String, String> headers = new TreeMap<>();
    headers.put("content-type", "application/octet-stream");
    headers.put("content-length", Long.toString(bytes.length()));
    headers.put("accept-ranges", "bytes");
    headers.put("cache-control", "no-cache");
    headers.put("content-disposition", "attachment; filename=\"" + info.key() + "\"");
    part.ifPresent(
        partial ->
            headers.put(
                "content-range",
                "bytes "
                    + partial.offset()
                    + "-"
                    + (partial.offset() + partial.length() - 1)
                    + "/"
                    + info.length()));
    BlobRef ref = new BlobRef(info.key(), Digest.ZERO, info.length());
    return new HttpReply(part.isPresent() ? 206 : 200, headers, Pieces.of(node, ref, bytes));
  }

  /** The range asked for; empty if it is not one this server understands, then all is sent. */
  private static Optional<ByteRange> part(String wanted, long length) {
    Matcher matcher = RANGE.matcher(wanted);
    if (!matcher.matches() || (matcher.group(1).isEmpty() && matcher.group(2).isEmpty())) {
      return Optional.empty();
    }
    long first;
    long last = length - 1;
    if (matcher.group(1).isEmpty()) {
      first = Math.max(0, length - Long.parseLong(matcher.group(2)));
    } else {
      first = Long.parseLong(matcher.group(1));
      if (!matcher.group(2).isEmpty()) {
        last = Math.min(last, Long.parseLong(matcher.group(2)));
      }
    }
    if (first > last) {
      throw ApiException.of(416, "the object has " + length + " bytes; ask for some of them");
    }
    return Optional.of(new ByteRange(first, last - first + 1));
  }
}
