package io.vramhub.chain.local;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.chain.local.LedgerWire.FaucetRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lends the ledger to other processes of this machine, on loopback only. Every request has a size
 * limit, the number of requests at a time has one, and a request that a browser was talked into
 * (another {@code Host}, a form's content type) is refused: the faucet must not pay web pages.
 */
final class LedgerServer implements AutoCloseable {
  /** The file that tells other processes the address. */
  static final String ENDPOINT_FILE = "endpoint";

  /** Longest wait for the next event, below the clients' own patience. */
  static final long LONGEST_WAIT_MS = 20_000;

  private static final Logger LOG = LoggerFactory.getLogger(LedgerServer.class);
  private static final int CONCURRENT = 512;
  private static final long DECISION_LIMIT_MS = 30_000;
  private static final Pattern HOST =
      Pattern.compile("(127\\.0\\.0\\.1|\\[::1]|localhost)(:\\d{1,5})?");
  private static final Pattern EVENTS_QUERY =
      Pattern.compile("from=(\\d{1,18})(?:&wait=(\\d{1,6}))?");

  private final Ledger ledger;
  private final LedgerWire wire = new LedgerWire();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore places = new Semaphore(CONCURRENT);
  private final Path endpointFile;

  /** An answer that is no error. */
  private record Reply(String contentType, String body) {}

  private interface Handler {
    Reply handle(HttpExchange exchange) throws IOException, InterruptedException;
  }

  private LedgerServer(Ledger ledger, HttpServer server, Path endpointFile) {
    this.ledger = ledger;
    this.server = server;
    this.endpointFile = endpointFile;
  }

  /** Serves, and writes the address into the directory. */
  static LedgerServer start(Ledger ledger, InetSocketAddress listen, Path directory) {
    HttpServer http;
    try {
      http = HttpServer.create(listen, 0);
    } catch (BindException e) {
      throw new HubException(
          ErrorCode.PORT_TAKEN,
          "the ledger cannot listen on " + listen + ": set \"listen\" to another port, or port 0",
          e);
    } catch (IOException e) {
      throw new HubException(
          ErrorCode.CONFIG_INVALID, "the ledger cannot listen on " + listen + ": " + e, e);
    }
    LedgerServer server = new LedgerServer(ledger, http, directory.resolve(ENDPOINT_FILE));
    server.route("GET", LedgerWire.HEAD, server::head);
    server.route("GET", LedgerWire.EVENTS, server::events);
    server.route("POST", LedgerWire.SUBMIT, server::submit);
    server.route("POST", LedgerWire.FAUCET, server::faucet);
    http.setExecutor(server.threads);
    http.start();
    try {
      server.publish();
    } catch (IOException e) {
      server.close();
      throw new HubException(
          ErrorCode.DISK, "the ledger cannot write " + server.endpointFile + ": " + e, e);
    }
    return server;
  }

  /** The address clients use. */
  String endpoint() {
    InetSocketAddress address = server.getAddress();
    String host = address.getAddress().getHostAddress();
    return "http://" + (host.indexOf(':') < 0 ? host : "[::1]") + ":" + address.getPort();
  }

  private void publish() throws IOException {
    Path written = endpointFile.resolveSibling(ENDPOINT_FILE + ".new");
    Files.writeString(written, endpoint() + "\n");
    Files.move(
        written, endpointFile, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private void route(String method, String path, Handler handler) {
    server.createContext(
        path,
        exchange -> {
          try (exchange) {
            if (!places.tryAcquire()) {
              fail(exchange, new HubException(ErrorCode.CHAIN_UNAVAILABLE, "too many requests"));
              return;
            }
            try {
              demandOwnClient(exchange, method, path);
              Reply reply = handler.handle(exchange);
              send(exchange, 200, reply);
            } catch (HubException e) {
              fail(exchange, e);
            } catch (InterruptedException e) {
              LOG.debug("a request was interrupted by closing", e);
            } catch (RuntimeException e) {
              LOG.error("The ledger's server failed on {}.", path, e);
              fail(exchange, new HubException(ErrorCode.INVARIANT_BROKEN, e.toString(), e));
            } finally {
              places.release();
            }
          }
        });
  }

  private static void demandOwnClient(HttpExchange exchange, String method, String path) {
    List<String> hosts = exchange.getRequestHeaders().getOrDefault("Host", List.of());
    if (hosts.size() != 1 || !HOST.matcher(hosts.getFirst()).matches()) {
      throw new HubException(
          ErrorCode.ACCESS_DENIED, "the ledger answers under its loopback address only");
    }
    if (!exchange.getRequestMethod().equals(method)
        || !exchange.getRequestURI().getPath().equals(path)) {
      throw new HubException(
          ErrorCode.NOT_FOUND, "the ledger answers " + method + " " + path + " here");
    }
    if (method.equals("POST")) {
      List<String> types = exchange.getRequestHeaders().getOrDefault("Content-Type", List.of());
      String expected = path.equals(LedgerWire.FAUCET) ? LedgerWire.JSON : LedgerWire.BINARY;
      if (!types.equals(List.of(expected))) {
        throw new HubException(
            ErrorCode.ACCESS_DENIED, "requests to " + path + " have content type " + expected);
      }
    }
  }

  private Reply head(HttpExchange exchange) {
    return new Reply(LedgerWire.JSON, wire.head(ledger.head()));
  }

  private Reply events(HttpExchange exchange) throws InterruptedException {
    String query = exchange.getRequestURI().getRawQuery();
    Matcher match = EVENTS_QUERY.matcher(query == null ? "" : query);
    if (!match.matches()) {
      throw new HubException(
          ErrorCode.MESSAGE_INVALID,
          "ask for /events?from=SEQUENCE, with &wait=MILLISECONDS to wait for the next one");
    }
    long waitMs = match.group(2) == null ? 0 : Long.parseLong(match.group(2));
    return new Reply(
        LedgerWire.JSON_LINES,
        wire.records(
            ledger.log().await(Long.parseLong(match.group(1)), Math.min(waitMs, LONGEST_WAIT_MS))));
  }

  private Reply submit(HttpExchange exchange) throws IOException, InterruptedException {
    SignedCall call = SignedCall.decode(body(exchange, SignedCall.MAXIMUM_BYTES + 1_024));
    return new Reply(LedgerWire.JSON_LINES, wire.receipt(await(ledger.submit(call))));
  }

  private Reply faucet(HttpExchange exchange) throws IOException, InterruptedException {
    FaucetRequest request = wire.readFaucet(body(exchange, 1_024));
    return new Reply(
        LedgerWire.JSON_LINES,
        wire.receipt(await(ledger.faucet(request.recipient(), request.amount()))));
  }

  private static byte[] body(HttpExchange exchange, int maximum) throws IOException {
    InputStream in = exchange.getRequestBody();
    byte[] body = in.readNBytes(maximum + 1);
    if (body.length > maximum) {
      throw new HubException(
          ErrorCode.MESSAGE_INVALID, "a request here has at most " + maximum + " bytes");
    }
    return body;
  }

  private static <T> T await(CompletableFuture<T> reply) throws InterruptedException {
    try {
      return reply.get(DECISION_LIMIT_MS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof HubException known) {
        throw known;
      }
      throw new HubException(ErrorCode.INVARIANT_BROKEN, "the ledger failed: " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new HubException(
          ErrorCode.CHAIN_UNAVAILABLE,
          "the ledger has not decided within " + DECISION_LIMIT_MS + " ms: submit it again",
          e);
    }
  }

  private void fail(HttpExchange exchange, HubException failure) throws IOException {
    int status =
        switch (failure.code().kind()) {
          case PEER -> 400;
          case CONFIG -> 403;
          case TRANSIENT -> 503;
          case RESOURCE -> failure.code() == ErrorCode.NOT_FOUND ? 404 : 500;
          case BUG -> 500;
        };
    send(exchange, status, new Reply(LedgerWire.JSON, wire.failure(failure)));
  }

  private static void send(HttpExchange exchange, int status, Reply reply) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", reply.contentType());
    exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
    byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }

  /** Stops serving at once and takes the address away. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    try {
      Files.deleteIfExists(endpointFile);
    } catch (IOException e) {
      throw new HubException(ErrorCode.DISK, "cannot remove " + endpointFile + ": " + e, e);
    }
  }
}
