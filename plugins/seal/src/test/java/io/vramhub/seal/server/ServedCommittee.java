package io.vramhub.seal.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.vramhub.api.model.HttpCall;
import io.vramhub.api.model.HttpReply;
import io.vramhub.tck.TestPluginContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** Three real key servers of one network, on loopback, each of which can be made to fail. */
public final class ServedCommittee implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** How a server behaves. */
  public enum Behaviour {
    HONEST,
    /** Says that it cannot answer now. */
    OUT_OF_ORDER,
    /** Takes requests and never answers. */
    SILENT,
    /** Answers with the keys of another master key. */
    LYING,
    /** Answers with what is not of a key server. */
    BABBLING
  }

  private final Network network;
  private final List<Served> servers;

  private ServedCommittee(Network network, Path directory) {
    this.network = network;
    this.servers = IntStream.range(0, 3).mapToObj(i -> serve(directory, i)).toList();
  }

  /** While the miner's gradient of the first window is being scored. */
  public static ServedCommittee whileScoring(Path directory) {
    return new ServedCommittee(
        Network.small().opensWindow().opensScoring().publishesCredentials(1), directory);
  }

  /** From now on everyone may open the gradient. */
  public void finalizesWindow() {
    network.finalizesWindow();
  }

  private Served serve(Path directory, int index) {
    OpenServer honest = open(directory.resolve("key-server-" + index), "");
    String id = health(honest, "service_id");
    OpenServer liar = open(directory.resolve("liar-" + index), "id = \"" + id + "\"");
    return new Served(honest, liar, id, health(honest, "public_key"));
  }

  /** On threads by whose names they can be told from those of a client. */
  private OpenServer open(Path directory, String settings) {
    return OpenServer.start(
        TestPluginContext.in(directory)
            .withNode(network.node())
            .withBlocking(Schedulers.newBoundedElastic(8, 4_096, "committee-blocking", 60, true))
            .withTimer(Schedulers.newParallel("committee-timer", 1, true))
            .withSettings(settings));
  }

  private static String health(OpenServer server, String field) {
    HttpCall call = new HttpCall("GET", "/health", new TreeMap<>(), new TreeMap<>(), Flux.empty());
    String value = server.ask(call).json().path(field).asString("");
    if (value.isEmpty()) {
      throw new AssertionError("the key server's health does not name its " + field);
    }
    return value;
  }

  /** What a client is configured with: two of the three. */
  public Config settings() {
    return ConfigFactory.parseMap(
        Map.of(
            "threshold",
            2,
            "timeout",
            "10s",
            "servers",
            servers.stream()
                .map(
                    server ->
                        Map.of("id", server.id, "url", server.url(), "public-key", server.key))
                .toList()));
  }

  public void behaves(int server, Behaviour behaviour) {
    servers.get(server).behaviour = behaviour;
  }

  public String id(int server) {
    return servers.get(server).id;
  }

  /** How many requests for keys the servers have got. */
  public int requests() {
    return servers.stream().mapToInt(server -> server.requests.get()).sum();
  }

  /** Whether a thread is of a committee, not of its clients. */
  public static boolean owns(Thread thread) {
    return thread.getName().startsWith("committee-")
        || thread.getName().startsWith("HTTP-Dispatcher");
  }

  @Override
  public void close() {
    servers.forEach(Served::close);
  }

  /** One server behind the JDK's HTTP server. */
  private static final class Served implements AutoCloseable {
    private final OpenServer honest;
    private final OpenServer liar;
    private final String id;
    private final String key;
    private final HttpServer http;
    private final ExecutorService threads;
    private final CountDownLatch end = new CountDownLatch(1);
    private final AtomicInteger requests = new AtomicInteger();
    private volatile Behaviour behaviour = Behaviour.HONEST;

    Served(OpenServer honest, OpenServer liar, String id, String key) {
      this.honest = honest;
      this.liar = liar;
      this.id = id;
      this.key = key;
      AtomicInteger count = new AtomicInteger();
      threads =
          Executors.newCachedThreadPool(
              work -> {
                Thread thread = new Thread(work, "committee-http-" + count.incrementAndGet());
                thread.setDaemon(true);
                return thread;
              });
      try {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      http.setExecutor(threads);
      http.createContext("/", this::answer);
      http.start();
    }

    String url() {
      return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
      try (exchange) {
        HttpCall call = call(exchange);
        if (call.path().equals("/v1/fetch_key")) {
          requests.incrementAndGet();
        }
        switch (behaviour) {
          case HONEST -> forward(exchange, call, honest);
          case LYING -> forward(exchange, call, liar);
          case OUT_OF_ORDER ->
              write(exchange, 503, "{\"error\":\"Failure\",\"message\":\"under repair\"}");
          case BABBLING -> write(exchange, 200, "<html>Welcome to nginx!</html>");
          case SILENT -> awaitEnd();
        }
      }
    }

    private void awaitEnd() {
      try {
        end.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private static HttpCall call(HttpExchange exchange) throws IOException {
      SortedMap<String, List<String>> headers = new TreeMap<>();
      exchange
          .getRequestHeaders()
          .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
      ByteBuffer body = ByteBuffer.wrap(exchange.getRequestBody().readAllBytes());
      return new HttpCall(
          exchange.getRequestMethod(),
          exchange.getRequestURI().getPath(),
          query(exchange.getRequestURI().getRawQuery()),
          headers,
          Flux.just(body));
    }

    private static SortedMap<String, List<String>> query(String text) {
      SortedMap<String, List<String>> query = new TreeMap<>();
      Arrays.stream(Objects.requireNonNullElse(text, "").split("&"))
          .filter(part -> part.contains("="))
          .map(part -> part.split("=", 2))
          .forEach(
              part ->
                  query
                      .computeIfAbsent(part[0], name -> new ArrayList<>())
                      .add(URLDecoder.decode(part[1], StandardCharsets.UTF_8)));
      return query;
    }

    private static void forward(HttpExchange exchange, HttpCall call, OpenServer server)
        throws IOException {
      HttpReply reply = Objects.requireNonNull(server.service().answer(call).block(PATIENCE));
      String body =
          reply
              .body()
              .map(part -> StandardCharsets.UTF_8.decode(part).toString())
              .reduce("", String::concat)
              .blockOptional(PATIENCE)
              .orElseThrow();
      reply.headers().forEach(exchange.getResponseHeaders()::set);
      write(exchange, reply.status(), body);
    }

    private static void write(HttpExchange exchange, int status, String body) throws IOException {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
      end.countDown();
      http.stop(0);
      threads.shutdownNow();
      honest.close();
      liar.close();
    }
  }
}
