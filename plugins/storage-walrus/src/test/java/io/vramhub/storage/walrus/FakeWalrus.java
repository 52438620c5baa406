package io.vramhub.storage.walrus;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vramhub.storage.walrus.redstuff.RedStuff;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A publisher and an aggregator of a Walrus network without a chain and without storage nodes. Blob
 * ids, answers and errors are those of the real ones; blobs are in memory. Several aggregators of
 * one network share its blobs. Things go wrong when a test says so.
 */
public final class FakeWalrus implements AutoCloseable {
  private static final String BLOBS = "/v1/blobs";
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d+)");
  private static final int FIRST_EPOCH = 10;

  /** A blob and the first epoch that need not have it; unknown to readers a number of times. */
  private record Blob(byte[] bytes, int endEpoch, int hidden) {}

  /** An upload as it arrived. */
  record Upload(Map<String, String> query, Optional<String> authorization, int length) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final RedStuff redStuff;
  private final ConcurrentMap<String, Blob> blobs;
  private final List<Upload> uploads = new ArrayList<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile int epoch = FIRST_EPOCH;
  private volatile int uploadsRefused;
  private volatile int readsRefused;
  private volatile int newBlobsHidden;
  private volatile boolean lying;
  private volatile boolean hanging;
  private volatile Optional<TokenCheck> tokens = Optional.empty();
  private volatile int reads;

  private FakeWalrus(int port, RedStuff redStuff, ConcurrentMap<String, Blob> blobs)
      throws IOException {
    this.redStuff = redStuff;
    this.blobs = blobs;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 128);
    server.setExecutor(threads);
    server.createContext(BLOBS, this::answer);
    server.start();
  }

  /** A network of its own. */
  static FakeWalrus start(int shards) {
    return start(0, new RedStuff(shards), new ConcurrentHashMap<>());
  }

  private static FakeWalrus start(int port, RedStuff redStuff, ConcurrentMap<String, Blob> blobs) {
    try {
      return new FakeWalrus(port, redStuff, blobs);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Another publisher and aggregator of the same network. */
  FakeWalrus another() {
    return start(0, redStuff, blobs);
  }

  /**
   * Serves on loopback until it is killed: the number of shards, and a port or 0 for a free one.
   */
  public static void main(String[] arguments) throws InterruptedException {
    FakeWalrus walrus =
        start(
            Integer.parseInt(arguments[1]),
            new RedStuff(Integer.parseInt(arguments[0])),
            new ConcurrentHashMap<>());
    System.out.println("Walrus at " + walrus.address());
    walrus.closing.await();
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  InetSocketAddress socket() {
    return server.getAddress();
  }

  /** Answers uploads with this status; 0 stores them again. */
  void refuseUploads(int status) {
    uploadsRefused = status;
  }

  /** Answers reads with this status; 0 serves them again. */
  void refuseReads(int status) {
    readsRefused = status;
  }

  /** From now on a new blob is unknown to readers this many times, as to a cache. */
  void hideNewBlobs(int times) {
    newBlobsHidden = times;
  }

  /** Sends other bytes than the blob's. */
  void lie() {
    lying = true;
  }

  /** Takes requests to read and never answers. */
  void hang() {
    hanging = true;
  }

  void enter(int later) {
    epoch = later;
  }

  void demandTokens(TokenCheck check) {
    tokens = Optional.of(check);
  }

  synchronized List<Upload> uploads() {
    return List.copyOf(uploads);
  }

  /** Requests to read so far. */
  int reads() {
    return reads;
  }

  /** Until which epoch the blob is stored. */
  int endEpoch(BlobId id) {
    return Optional.ofNullable(blobs.get(id.text())).orElseThrow().endEpoch();
  }

  boolean has(BlobId id) {
    return blobs.containsKey(id.text());
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      switch (exchange.getRequestMethod()) {
        case "PUT" -> upload(exchange);
        case "GET", "HEAD" -> read(exchange);
        default -> refuse(exchange, 405, "METHOD_NOT_ALLOWED", "use PUT, GET or HEAD");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void upload(HttpExchange exchange) throws IOException {
    byte[] bytes = exchange.getRequestBody().readAllBytes();
    Map<String, String> query = query(exchange.getRequestURI());
    Optional<String> authorization =
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"));
    Upload upload = new Upload(query, authorization, bytes.length);
    synchronized (this) {
      uploads.add(upload);
    }
    if (uploadsRefused != 0) {
      refuse(exchange, uploadsRefused, "REFUSED", "uploads are refused");
      return;
    }
    if (tokens.isPresent() && !tokens.get().admits(upload)) {
      refuse(exchange, 401, "UNAUTHORIZED", "the token is missing, wrong, old or used");
      return;
    }
    String lasting = query.containsKey("permanent") ? "permanent" : "deletable";
    if (!query.getOrDefault(lasting, "").equals("true") || !query.containsKey("epochs")) {
      refuse(exchange, 400, "BAD_REQUEST", "epochs and one of permanent and deletable");
      return;
    }
    String id = redStuff.blobId(MemorySegment.ofArray(bytes));
    int end = epoch + Integer.parseInt(query.get("epochs"));
    Blob before = blobs.get(id);
    if (before != null && before.endEpoch() >= end) {
      reply(
          exchange,
          200,
          "{\"alreadyCertified\":{\"blobId\":\"%s\",\"event\":{\"txDigest\":\"4XQ\",\"eventSeq\":\"0\"},\"endEpoch\":%d}}"
              .formatted(id, before.endEpoch()));
      return;
    }
    blobs.put(id, new Blob(bytes, end, before == null ? newBlobsHidden : 0));
    reply(
        exchange,
        200,
        """
        {"newlyCreated":{"blobObject":{"id":"0x%064x","registeredEpoch":%d,"blobId":"%s","size":%d,
        "encodingType":"RS2","certifiedEpoch":%d,"storage":{"id":"0x%064x","startEpoch":%d,"endEpoch":%d,
        "storageSize":66034000},"deletable":%b},"resourceOperation":{"registerFromScratch":
        {"encodedLength":66034000,"epochsAhead":%s}},"cost":11025000}}\
        """
            .formatted(
                1,
                epoch,
                id,
                bytes.length,
                epoch,
                2,
                epoch,
                end,
                lasting.equals("deletable"),
                query.get("epochs")));
  }

  private void read(HttpExchange exchange) throws IOException, InterruptedException {
    countRead();
    if (hanging) {
      closing.await();
      return;
    }
    if (readsRefused != 0) {
      refuse(exchange, readsRefused, "REFUSED", "reads are refused");
      return;
    }
    String id = exchange.getRequestURI().getPath().substring(BLOBS.length() + 1);
    Optional<Blob> found = find(id);
    if (found.isEmpty()) {
      refuse(exchange, 404, "BLOB_NOT_FOUND", "the requested blob does not exist on Walrus");
      return;
    }
    byte[] bytes = found.get().bytes().clone();
    if (lying && bytes.length > 0) {
      bytes[bytes.length / 2] ^= 1;
    }
    exchange.getResponseHeaders().set("ETag", id);
    exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
    String range = exchange.getRequestHeaders().getFirst("Range");
    if (range == null) {
      send(exchange, 200, bytes);
    } else {
      sendRange(exchange, bytes, RANGE.matcher(range));
    }
  }

  private synchronized void countRead() {
    reads++;
  }

  private Optional<Blob> find(String id) {
    Blob blob = blobs.get(id);
    if (blob == null || blob.endEpoch() <= epoch) {
      return Optional.empty();
    }
    if (blob.hidden() > 0) {
      blobs.put(id, new Blob(blob.bytes(), blob.endEpoch(), blob.hidden() - 1));
      return Optional.empty();
    }
    return Optional.of(blob);
  }

  private static void sendRange(HttpExchange exchange, byte[] bytes, Matcher range)
      throws IOException {
    if (!range.matches()) {
      refuse(exchange, 400, "BAD_REQUEST", "a range has both ends");
      return;
    }
    long first = Long.parseLong(range.group(1));
    long last = Long.parseLong(range.group(2));
    if (first > last || last >= bytes.length) {
      refuse(exchange, 416, "INVALID_BYTE_RANGE", "the range lies outside of the blob");
      return;
    }
    exchange
        .getResponseHeaders()
        .set("Content-Range", "bytes " + first + "-" + last + "/" + bytes.length);
    send(exchange, 206, Arrays.copyOfRange(bytes, (int) first, (int) last + 1));
  }

  private static Map<String, String> query(URI uri) {
    return Arrays.stream(Optional.ofNullable(uri.getQuery()).orElse("").split("&"))
        .filter(pair -> pair.contains("="))
        .collect(
            Collectors.toMap(
                pair -> pair.substring(0, pair.indexOf('=')),
                pair -> pair.substring(pair.indexOf('=') + 1)));
  }

  private static void refuse(HttpExchange exchange, int status, String reason, String message)
      throws IOException {
    reply(
        exchange,
        status,
        """
        {"error":{"status":"%s","code":%d,"message":"%s","details":[{"@type":"ErrorInfo","reason":"%s",\
        "domain":"daemon.walrus.space"}]}}\
        """
            .formatted(reason.toUpperCase(Locale.ROOT), status, message, reason));
  }

  private static void reply(HttpExchange exchange, int status, String json) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    send(exchange, status, json.getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.close();
  }
}
