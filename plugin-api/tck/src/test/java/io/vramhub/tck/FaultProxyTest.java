package io.vramhub.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A server that echoes what it is sent, and a client that sees it through the proxy. */
final class FaultProxyTest {
  private static final byte[] BYTES = Blobs.random(10_000, 1);

  private final List<byte[]> received = Collections.synchronizedList(new ArrayList<>());
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private HttpServer server;
  private FaultProxy proxy;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::echo);
    server.start();
    proxy = FaultProxy.before(server.getAddress());
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    proxy.close();
    server.stop(0);
  }

  private void echo(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    received.add(body);
    if (exchange.getRequestURI().getPath().equals("/chunked")) {
      exchange.sendResponseHeaders(200, 0);
    } else {
      exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
    }
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private HttpResponse<byte[]> post(String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(proxy.address().resolve(path))
            .POST(HttpRequest.BodyPublishers.ofByteArray(BYTES))
            .build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  @ParameterizedTest
  @EnumSource
  void onlyPassesOnUntilItIsToldTo(WireFault fault) throws Exception {
    assertThat(post("/").body()).isEqualTo(BYTES);
    assertThat(post("/chunked").body()).isEqualTo(BYTES);
    proxy.begin(fault);
    proxy.end();
    assertThat(post("/").body()).isEqualTo(BYTES);
    assertThat(proxy.faults()).isZero();
  }

  @Test
  void repliesLate() throws Exception {
    proxy.begin(WireFault.DELAY);
    assertThat(post("/").body()).isEqualTo(BYTES);
    assertThat(proxy.faults()).isPositive();
  }

  @Test
  void cutsARequestBeforeTheServerHasIt() {
    proxy.begin(WireFault.CUT_REQUEST);
    assertThatThrownBy(() -> post("/")).isInstanceOf(IOException.class);
    assertThat(received).isEmpty();
  }

  @Test
  void cutsAReplyAfterTheServerDidItsWork() {
    proxy.begin(WireFault.CUT_REPLY);
    assertThatThrownBy(() -> post("/")).isInstanceOf(IOException.class);
    assertThat(received).isNotEmpty().allSatisfy(body -> assertThat(body).isEqualTo(BYTES));
  }

  @Test
  void refusesWithoutAskingTheServer() throws Exception {
    proxy.begin(WireFault.UNAVAILABLE);
    assertThat(post("/").statusCode()).isEqualTo(503);
    assertThat(received).isEmpty();
  }

  @Test
  void tellsOfFailureWhereTheServerSucceeded() throws Exception {
    proxy.begin(WireFault.FAILED_AFTERWARDS);
    assertThat(post("/").statusCode()).isEqualTo(500);
    assertThat(received).hasSize(1);
  }

  @Test
  void changesABitOnTheWayThere() throws Exception {
    proxy.begin(WireFault.WRONG_REQUEST_BYTES);
    post("/");
    assertThat(received.getFirst()).hasSameSizeAs(BYTES).isNotEqualTo(BYTES);
  }

  @Test
  void changesABitOnTheWayBack() throws Exception {
    proxy.begin(WireFault.WRONG_REPLY_BYTES);
    assertThat(post("/").body()).hasSameSizeAs(BYTES).isNotEqualTo(BYTES);
    assertThat(received.getFirst()).isEqualTo(BYTES);
  }

  @Test
  void shortensAReply() throws Exception {
    proxy.begin(WireFault.SHORT_REPLY);
    assertThat(post("/").body()).hasSize(BYTES.length / 2);
  }

  @Test
  void asksTheServerTwice() throws Exception {
    proxy.begin(WireFault.REPEATED_REQUEST);
    assertThat(post("/").body()).isEqualTo(BYTES);
    assertThat(received).hasSize(2);
  }

  @Test
  void repeatsAReplyAndEndsTheConnection() throws Exception {
    proxy.begin(WireFault.REPEATED_REPLY);
    assertThat(post("/").body()).isEqualTo(BYTES);
    assertThat(post("/").body()).isEqualTo(BYTES);
    assertThat(received).hasSize(2);
  }
}
