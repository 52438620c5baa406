package io.vramhub.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.HttpCall;
import io.vramhub.api.model.HttpReply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class HttpFrontTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private static final HttpLimits LIMITS =
      new HttpLimits(
          100, 2, 4, Duration.ofSeconds(5), Duration.ofMillis(300), Duration.ofSeconds(5));

  private HttpFront front;

  @AfterEach
  void close() {
    front.close();
  }

  @Test
  void aRequestArrivesDecodedAndItsReplyAsWritten() throws IOException {
    serve(
        call ->
            whole(call)
                .map(
                    body ->
                        HttpReply.text(
                            201,
                            "text/plain",
                            call.method()
                                + " "
                                + call.path()
                                + " "
                                + call.parameter("q").orElseThrow()
                                + " "
                                + call.header("X-Name").orElseThrow()
                                + " "
                                + body)));

    String response =
        exchange(
            "POST /a/../b%20c?q=1+2 HTTP/1.1", "x-name: Ann", "content-length: 5", "", "hello");

    assertThat(response)
        .startsWith("HTTP/1.1 201 Created\r\n")
        .contains("content-type: text/plain; charset=utf-8\r\n")
        .contains("content-length: 23\r\n")
        .doesNotContainIgnoringCase("transfer-encoding")
        .endsWith("\r\n\r\nPOST /b c 1 2 Ann hello");
  }

  @Test
  void everyElementOfAStreamArrivesBeforeTheNextIsMade() throws IOException {
    Sinks.Many<ByteBuffer> events = Sinks.many().unicast().onBackpressureBuffer();
    serve(call -> Mono.just(stream(events.asFlux())));

    try (Client client = new Client()) {
      client.send("GET /events HTTP/1.1", "host: localhost", "", "");
      client.readUntil("\r\n\r\n");
      for (String event : new String[] {"data: 1\n\n", "data: 2\n\n"}) {
        events.tryEmitNext(bytes(event)).orThrow();
        client.readUntil(event);
      }
      events.tryEmitComplete().orThrow();
      client.readUntil("\r\n0\r\n\r\n");
    }
  }

  @Test
  void aClientThatLeavesCancelsTheStream() throws Exception {
    CountDownLatch cancelled = new CountDownLatch(1);
    Sinks.Many<ByteBuffer> events = Sinks.many().unicast().onBackpressureBuffer();
    serve(call -> Mono.just(stream(events.asFlux().doOnCancel(cancelled::countDown))));

    try (Client client = new Client()) {
      client.send("GET /events HTTP/1.1", "host: localhost", "", "");
      events.tryEmitNext(bytes("data: 1\n\n")).orThrow();
      client.readUntil("data: 1\n\n");
    }

    assertThat(cancelled.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aClientThatLeavesCancelsAnAnswerThatHasNotBegun() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch cancelled = new CountDownLatch(1);
    serve(
        new HttpLimits(100, 2, 4, PATIENCE, PATIENCE, PATIENCE),
        call ->
            Mono.<HttpReply>never()
                .doOnSubscribe(subscription -> asked.countDown())
                .doOnCancel(cancelled::countDown));

    try (Client client = new Client()) {
      client.send("GET / HTTP/1.1", "host: localhost", "", "");
      assertThat(asked.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    assertThat(cancelled.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aFailureIsTheOperatorsToReadAndNotTheClients() throws IOException {
    serve(
        call ->
            switch (call.path()) {
              case "/throws" -> throw new IllegalStateException("secret");
              case "/signals" -> Mono.error(new IllegalStateException("secret"));
              default -> Mono.empty();
            });

    for (String path : new String[] {"/throws", "/signals", "/empty"}) {
      assertThat(exchange("GET " + path + " HTTP/1.1", "", ""))
          .startsWith("HTTP/1.1 500 ")
          .endsWith("\r\n\r\ninternal error\n")
          .doesNotContain("secret");
    }
  }

  @Test
  void anAnswerThatHangsEndsAfterItsTime() throws IOException {
    serve(call -> Mono.never());

    assertThat(exchange("GET / HTTP/1.1", "", "")).startsWith("HTTP/1.1 504 ");
  }

  @Test
  void codeThatBlocksHoldsUpNobodyElse() throws IOException {
    CountDownLatch never = new CountDownLatch(1);
    serve(
        call ->
            call.path().equals("/blocks")
                ? Mono.fromSupplier(() -> awaitUninterruptibly(never))
                : Mono.just(HttpReply.text(200, "text/plain", "here")));

    try (Client blocked = new Client()) {
      blocked.send("GET /blocks HTTP/1.1", "host: localhost", "", "");
      assertThat(exchange("GET / HTTP/1.1", "", "")).endsWith("here");
      blocked.readUntil("HTTP/1.1 504 ");
    } finally {
      never.countDown();
    }
  }

  @Test
  void aReplyCannotWriteIntoTheProtocol() throws IOException {
    Map<String, Map<String, String>> headers =
        Map.of(
            "/break", Map.of("x-name", "a\r\nset-cookie: stolen=1"),
            "/name", Map.of("x name: y\r\nz", "a"),
            "/coding", Map.of("Transfer-Encoding", "chunked"),
            "/length", Map.of("content-length", "5, 6"));
    serve(
        call ->
            Mono.just(new HttpReply(200, new TreeMap<>(headers.get(call.path())), Flux.empty())));

    for (String path : headers.keySet()) {
      assertThat(exchange("GET " + path + " HTTP/1.1", "", ""))
          .as(path)
          .startsWith("HTTP/1.1 500 ")
          .doesNotContain("set-cookie")
          .doesNotContain("stolen");
    }
  }

  @Test
  void aBodyThatIsNotAsLongAsItSaysBreaksTheConnection() throws IOException {
    serve(
        call ->
            Mono.just(
                new HttpReply(
                    200,
                    new TreeMap<>(Map.of("content-length", "4")),
                    Flux.just(bytes("ab"), bytes(call.path().equals("/long") ? "cdef" : "")))));

    for (String path : new String[] {"/long", "/short"}) {
      try (Client client = new Client()) {
        client.send("GET " + path + " HTTP/1.1", "host: localhost", "", "");
        assertThat(client.readToEnd()).as(path).endsWith("\r\n\r\nab");
      }
    }
  }

  @Test
  void aStreamThatFailsBreaksTheConnectionWithoutItsEndMark() throws IOException {
    serve(
        call ->
            Mono.just(
                stream(
                    Flux.just(bytes("data: 1\n\n"))
                        .concatWith(Mono.error(new IllegalStateException("secret"))))));

    // More often than requests are allowed at a time: each must give its place back.
    for (int i = 0; i < 3 * LIMITS.requests(); i++) {
      try (Client client = new Client()) {
        client.send("GET / HTTP/1.1", "host: localhost", "", "");
        assertThat(client.readToEnd())
            .contains("data: 1\n\n")
            .doesNotContain("secret")
            .doesNotContain("\r\n0\r\n\r\n");
      }
    }
  }

  @Test
  void aHeadRequestAndAnEmptyStatusHaveNoBody() throws IOException {
    serve(
        call ->
            Mono.just(
                call.path().equals("/none")
                    ? new HttpReply(204, new TreeMap<>(), Flux.just(bytes("x")))
                    : HttpReply.text(200, "text/plain", "hello")));

    assertThat(exchange("HEAD / HTTP/1.1", "", ""))
        .contains("content-length: 5\r\n")
        .endsWith("\r\n\r\n");
    assertThat(exchange("GET /none HTTP/1.1", "", ""))
        .startsWith("HTTP/1.1 204 ")
        .endsWith("\r\n\r\n");
  }

  @Test
  void aBodyThatIsTooLongIsRefused() throws IOException {
    serve(call -> whole(call).map(body -> HttpReply.text(200, "text/plain", body)));
    String tooLong = "x".repeat(101);

    assertThat(exchange("POST / HTTP/1.1", "content-length: 101", "", tooLong))
        .startsWith("HTTP/1.1 413 ");
    assertThat(
            exchange(
                "POST / HTTP/1.1",
                "transfer-encoding: chunked",
                "",
                "65\r\n" + tooLong + "\r\n0\r\n\r\n"))
        .startsWith("HTTP/1.1 413 ");
  }

  @Test
  void aPageOfAnotherSiteCannotReachLoopbackUnderItsOwnName() throws IOException {
    serve(call -> Mono.just(HttpReply.text(200, "text/plain", "private")));

    try (Client client = new Client()) {
      client.send("GET / HTTP/1.1", "host: evil.example", "connection: close", "", "");
      assertThat(client.readToEnd()).startsWith("HTTP/1.1 421 ").doesNotContain("private");
    }
    try (Client client = new Client()) {
      client.send("GET / HTTP/1.0", "", "");
      assertThat(client.readToEnd()).startsWith("HTTP/1.").contains(" 421 ");
    }
    try (Client client = new Client()) {
      client.send(
          "GET / HTTP/1.1", "host: localhost", "host: evil.example", "connection: close", "", "");
      assertThat(client.readToEnd()).startsWith("HTTP/1.1 400 ").doesNotContain("private");
    }
  }

  @Test
  void moreRequestsThanAllowedAreTurnedAwayUntilOneEnds() throws IOException {
    Sinks.Many<ByteBuffer> events = Sinks.many().multicast().directBestEffort();
    CountDownLatch left = new CountDownLatch(1);
    serve(
        call ->
            Mono.just(
                stream(
                    Flux.just(bytes("hello"))
                        .concatWith(events.asFlux())
                        .doOnCancel(left::countDown))));

    try (Client first = new Client();
        Client second = new Client()) {
      first.send("GET / HTTP/1.1", "host: localhost", "", "");
      first.readUntil("hello");
      second.send("GET / HTTP/1.1", "host: localhost", "", "");
      second.readUntil("hello");
      assertThat(exchange("GET / HTTP/1.1", "", ""))
          .startsWith("HTTP/1.1 503 ")
          .contains("retry-after: 1\r\n");
    }
  }

  @Test
  void moreConnectionsThanAllowedAreClosed() throws IOException {
    serve(call -> Mono.just(HttpReply.text(200, "text/plain", "here")));
    Client[] clients = new Client[LIMITS.connections()];
    for (int i = 0; i < clients.length; i++) {
      clients[i] = new Client();
      clients[i].send("GET / HTTP/1.1", "host: localhost", "", "");
      clients[i].readUntil("here");
    }

    try (Client oneTooMany = new Client()) {
      assertThat(oneTooMany.readToEnd()).isEmpty();
    }
    for (Client client : clients) {
      client.close();
    }
  }

  @Test
  void aTakenPortIsToldWithItsAddress() {
    serve(call -> Mono.empty());

    assertThatThrownBy(
            () -> HttpFront.bind("explorer", front.address(), LIMITS, call -> Mono.empty()))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PORT_TAKEN))
        .hasMessageContaining("explorer cannot listen on 127.0.0.1:" + front.address().getPort());
  }

  private void serve(Function<HttpCall, Mono<HttpReply>> answers) {
    serve(LIMITS, answers);
  }

  private void serve(HttpLimits limits, Function<HttpCall, Mono<HttpReply>> answers) {
    front = HttpFront.bind("test", ANY_PORT, limits, answers);
  }

  /** One request on a connection of its own, up to the end of the connection. */
  private String exchange(String requestLine, String... rest) throws IOException {
    try (Client client = new Client()) {
      String[] lines = new String[rest.length + 3];
      lines[0] = requestLine;
      lines[1] = "host: localhost";
      lines[2] = "connection: close";
      System.arraycopy(rest, 0, lines, 3, rest.length);
      client.send(lines);
      return client.readToEnd();
    }
  }

  private static Mono<String> whole(HttpCall call) {
    return call.body()
        .map(part -> StandardCharsets.UTF_8.decode(part).toString())
        .collectList()
        .map(parts -> String.join("", parts));
  }

  private static HttpReply stream(Flux<ByteBuffer> body) {
    return new HttpReply(200, new TreeMap<>(Map.of("content-type", "text/event-stream")), body);
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static HttpReply awaitUninterruptibly(CountDownLatch latch) {
    boolean done = false;
    while (!done) {
      try {
        latch.await();
        done = true;
      } catch (InterruptedException e) {
        // This code ignores the wish to stop; that is what the story is about.
        done = false;
      }
    }
    return HttpReply.text(200, "text/plain", "too late");
  }

  /** Writes lines as they are, and reads what comes. */
  private final class Client implements AutoCloseable {
    private final Socket socket;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    Client() throws IOException {
      socket = new Socket(front.address().getAddress(), front.address().getPort());
      socket.setSoTimeout((int) PATIENCE.toMillis());
    }

    void send(String... lines) throws IOException {
      socket.getOutputStream().write(String.join("\r\n", lines).getBytes(StandardCharsets.UTF_8));
    }

    void readUntil(String end) throws IOException {
      while (!text().contains(end)) {
        int next = socket.getInputStream().read();
        assertThat(next).as("connection ended after: %s", text()).isNotNegative();
        received.write(next);
      }
    }

    String readToEnd() throws IOException {
      received.writeBytes(socket.getInputStream().readAllBytes());
      return text();
    }

    private String text() {
      return received.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
