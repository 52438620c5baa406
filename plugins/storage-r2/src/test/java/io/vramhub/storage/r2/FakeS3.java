package io.vramhub.storage.r2;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The requests of S3 that the storage makes, over objects in memory. Like S3, and unlike servers
 * that keep objects as files, it holds {@code a} and {@code a/b} at a time. It checks the digest of
 * bodies, but no signatures: S3Proxy does.
 */
final class FakeS3 implements AutoCloseable {
  private static final int PAGE = 3;
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d+)");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final TreeMap<String, Stored> objects = new TreeMap<>();
  private final Map<String, Upload> uploads = new TreeMap<>();
  private final AtomicInteger partsReceived = new AtomicInteger();
  private final AtomicInteger uploadsBegun = new AtomicInteger();
  private Optional<Refusal> refusal = Optional.empty();

  private record Stored(Bytes bytes, String digest) {}

  private record Upload(String key, String digest, TreeMap<Integer, Bytes> parts) {}

  /** What every request is answered with. */
  record Refusal(int status, String code) {}

  FakeS3() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  InetSocketAddress address() {
    return server.getAddress();
  }

  synchronized void refuse(int status, String code) {
    refusal = Optional.of(new Refusal(status, code));
  }

  synchronized int uploads() {
    return uploads.size();
  }

  /** How many parts arrived so far, each time they did. */
  int partsReceived() {
    return partsReceived.get();
  }

  /** Stores an object as another program would, without its digest. */
  synchronized void store(String key, byte[] bytes) {
    objects.put(key, new Stored(new Bytes(bytes), ""));
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String stated = exchange.getRequestHeaders().getFirst("x-amz-content-sha256");
      if (stated != null && stated.length() == 64 && !stated.equals(Digest.sha256(body).hex())) {
        refuse(exchange, 400, "XAmzContentSHA256Mismatch");
        return;
      }
      String path = exchange.getRequestURI().getPath();
      String key = path.substring(Math.min(path.length(), path.indexOf('/', 1) + 1));
      synchronized (this) {
        if (refusal.isPresent()) {
          refuse(exchange, refusal.get().status(), refusal.get().code());
          return;
        }
        Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
        switch (exchange.getRequestMethod()) {
          case "HEAD", "GET" -> get(exchange, key, query);
          case "PUT" -> put(exchange, key, query, body);
          case "POST" -> post(exchange, key, query);
          case "DELETE" -> delete(exchange, key, query);
          default -> refuse(exchange, 405, "MethodNotAllowed");
        }
      }
    }
  }

  private static Map<String, String> query(String raw) {
    return raw == null
        ? Map.of()
        : Arrays.stream(raw.split("&"))
            .map(pair -> pair.split("=", 2))
            .collect(
                Collectors.toMap(
                    pair -> pair[0],
                    pair ->
                        pair.length > 1 ? URLDecoder.decode(pair[1], StandardCharsets.UTF_8) : ""));
  }

  private void get(HttpExchange exchange, String key, Map<String, String> query)
      throws IOException {
    if (query.containsKey("list-type")) {
      list(exchange, query);
      return;
    }
    if (query.containsKey("uploadId")) {
      parts(exchange, query.get("uploadId"));
      return;
    }
    Stored stored = objects.get(key);
    if (stored == null) {
      refuse(exchange, 404, "NoSuchKey");
      return;
    }
    exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
    if (!stored.digest().isEmpty()) {
      exchange.getResponseHeaders().set("x-amz-meta-sha256", stored.digest());
    }
    byte[] bytes = stored.bytes().array();
    Matcher range =
        RANGE.matcher(
            Optional.ofNullable(exchange.getRequestHeaders().getFirst("Range")).orElse(""));
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", String.valueOf(bytes.length));
      exchange.sendResponseHeaders(200, -1);
    } else if (range.matches()) {
      int from = Integer.parseInt(range.group(1));
      int to = (int) Math.min(Long.parseLong(range.group(2)) + 1, bytes.length);
      if (from >= bytes.length) {
        refuse(exchange, 416, "InvalidRange");
        return;
      }
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + bytes.length);
      reply(exchange, 206, Arrays.copyOfRange(bytes, from, to));
    } else {
      reply(exchange, 200, bytes);
    }
  }

  private void list(HttpExchange exchange, Map<String, String> query) throws IOException {
    String prefix = query.getOrDefault("prefix", "");
    String after = query.getOrDefault("continuation-token", "");
    StringBuilder xml = new StringBuilder("<ListBucketResult>");
    String last = "";
    int count = 0;
    boolean more = false;
    for (Map.Entry<String, Stored> entry : objects.tailMap(after, false).entrySet()) {
      if (!entry.getKey().startsWith(prefix)) {
        continue;
      }
      if (count++ == PAGE) {
        more = true;
        break;
      }
      last = entry.getKey();
      xml.append("<Contents><Key>")
          .append(last)
          .append("</Key><Size>")
          .append(entry.getValue().bytes().length())
          .append("</Size></Contents>");
    }
    xml.append("<IsTruncated>").append(more).append("</IsTruncated>");
    if (more) {
      xml.append("<NextContinuationToken>").append(last).append("</NextContinuationToken>");
    }
    xml(exchange, 200, xml.append("</ListBucketResult>").toString());
  }

  private void parts(HttpExchange exchange, String id) throws IOException {
    Upload upload = uploads.get(id);
    if (upload == null) {
      refuse(exchange, 404, "NoSuchUpload");
      return;
    }
    StringBuilder xml = new StringBuilder("<ListPartsResult>");
    upload
        .parts()
        .forEach(
            (number, bytes) ->
                xml.append("<Part><PartNumber>")
                    .append(number)
                    .append("</PartNumber><ETag>")
                    .append(tag(bytes))
                    .append("</ETag><Size>")
                    .append(bytes.length())
                    .append("</Size></Part>"));
    xml(exchange, 200, xml.append("<IsTruncated>false</IsTruncated></ListPartsResult>").toString());
  }

  private static String tag(Bytes bytes) {
    return Digest.sha256(bytes.buffer()).brief();
  }

  private void put(HttpExchange exchange, String key, Map<String, String> query, byte[] body)
      throws IOException {
    if (query.containsKey("uploadId")) {
      Upload upload = uploads.get(query.get("uploadId"));
      if (upload == null) {
        refuse(exchange, 404, "NoSuchUpload");
        return;
      }
      partsReceived.incrementAndGet();
      Bytes part = new Bytes(body);
      upload.parts().put(Integer.parseInt(query.get("partNumber")), part);
      exchange.getResponseHeaders().set("ETag", tag(part));
      reply(exchange, 200, new byte[0]);
      return;
    }
    if (isTaken(exchange, key)) {
      refuse(exchange, 412, "PreconditionFailed");
      return;
    }
    objects.put(key, new Stored(new Bytes(body), digest(exchange)));
    reply(exchange, 200, new byte[0]);
  }

  private boolean isTaken(HttpExchange exchange, String key) {
    return "*".equals(exchange.getRequestHeaders().getFirst("If-None-Match"))
        && objects.containsKey(key);
  }

  private static String digest(HttpExchange exchange) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst("x-amz-meta-sha256"))
        .orElse("");
  }

  private void post(HttpExchange exchange, String key, Map<String, String> query)
      throws IOException {
    if (query.containsKey("uploads")) {
      String id = "upload-" + uploadsBegun.incrementAndGet();
      uploads.put(id, new Upload(key, digest(exchange), new TreeMap<>()));
      xml(
          exchange,
          200,
          "<InitiateMultipartUploadResult><UploadId>"
              + id
              + "</UploadId></InitiateMultipartUploadResult>");
      return;
    }
    Upload upload = uploads.get(query.getOrDefault("uploadId", ""));
    if (upload == null) {
      refuse(exchange, 404, "NoSuchUpload");
    } else if (isTaken(exchange, key)) {
      refuse(exchange, 412, "PreconditionFailed");
    } else {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      upload.parts().values().forEach(part -> all.writeBytes(part.array()));
      objects.put(key, new Stored(new Bytes(all.toByteArray()), upload.digest()));
      uploads.values().remove(upload);
      xml(exchange, 200, "<CompleteMultipartUploadResult/>");
    }
  }

  private void delete(HttpExchange exchange, String key, Map<String, String> query)
      throws IOException {
    if (query.containsKey("uploadId")) {
      if (uploads.remove(query.get("uploadId")) == null) {
        refuse(exchange, 404, "NoSuchUpload");
        return;
      }
    } else {
      objects.remove(key);
    }
    exchange.sendResponseHeaders(204, -1);
  }

  private static void refuse(HttpExchange exchange, int status, String code) throws IOException {
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    xml(exchange, status, "<Error><Code>" + code + "</Code><Message>no</Message></Error>");
  }

  private static void xml(HttpExchange exchange, int status, String xml) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/xml");
    reply(exchange, status, xml.getBytes(StandardCharsets.UTF_8));
  }

  private static void reply(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
