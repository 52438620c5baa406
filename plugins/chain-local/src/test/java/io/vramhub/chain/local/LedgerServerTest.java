package io.vramhub.chain.local;

import static io.vramhub.chain.local.World.miner;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.ChainHead;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.NetworkId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.scheduler.Schedulers;

/** The ledger's door, from outside. */
final class LedgerServerTest {
  @TempDir Path temporary;
  private final HttpClient client = HttpClient.newHttpClient();
  private HostedLedger hosted;

  @BeforeEach
  void open() {
    hosted = TestLedgers.host(temporary.resolve("ledger"), new ManualTime());
  }

  @AfterEach
  void close() {
    client.close();
    hosted.leave();
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create(hosted.endpoint() + path))
        .timeout(Duration.ofSeconds(20));
  }

  private HttpResponse<String> send(HttpRequest request) throws Exception {
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest.Builder post(HttpRequest.Builder request, String type, byte[] body) {
    return request.header("Content-Type", type).POST(HttpRequest.BodyPublishers.ofByteArray(body));
  }

  @Test
  void listensOnLoopbackAndWritesItsAddress() throws IOException {
    assertThat(hosted.endpoint()).startsWith("http://127.0.0.1:");
    Path file = temporary.resolve("ledger").resolve(LedgerServer.ENDPOINT_FILE);
    assertThat(Files.readString(file)).isEqualTo(hosted.endpoint() + "\n");
  }

  @Test
  void takesItsAddressAwayWhenItStops() {
    Path directory = temporary.resolve("another");
    HostedLedger other = TestLedgers.host(directory, new ManualTime());
    assertThat(directory.resolve(LedgerServer.ENDPOINT_FILE)).exists();
    other.leave();
    assertThat(directory.resolve(LedgerServer.ENDPOINT_FILE)).doesNotExist();
  }

  @Test
  void faucetPaysOnJson() throws Exception {
    LedgerWire wire = new LedgerWire();
    byte[] request =
        wire.faucet(new LedgerWire.FaucetRequest(miner(1).address(), Coins.whole(5)))
            .getBytes(StandardCharsets.UTF_8);
    HttpResponse<String> reply = send(post(to("/faucet"), LedgerWire.JSON, request).build());
    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(reply.body()).contains("\"executed\"", "\"FaucetPaid\"");
    assertThat(TestLedgers.state(hosted.ledger()).sui(miner(1).address()))
        .isEqualTo(Coins.whole(105));
    HttpResponse<String> malformed =
        send(post(to("/faucet"), LedgerWire.JSON, new byte[] {'{'}).build());
    assertThat(malformed.statusCode()).isEqualTo(400);
    assertThat(malformed.body()).contains("MESSAGE_INVALID");
  }

  @Test
  void aFormOfAWebPageIsRefused() throws Exception {
    byte[] body = new byte[] {'a', '=', 'b'};
    for (String type : List.of("text/plain", "application/x-www-form-urlencoded")) {
      assertThat(send(post(to("/faucet"), type, body).build()).statusCode()).isEqualTo(403);
      assertThat(send(post(to("/submit"), type, body).build()).statusCode()).isEqualTo(403);
    }
    // A name an attacker controls, pointed at this machine.
    URI endpoint = URI.create(hosted.endpoint());
    try (Socket socket = new Socket("127.0.0.1", endpoint.getPort())) {
      socket
          .getOutputStream()
          .write(
              "GET /head HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      String reply = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(reply).startsWith("HTTP/1.1 403").contains("ACCESS_DENIED");
    }
  }

  @Test
  void wrongMethodsPathsAndQueriesAreNamed() throws Exception {
    assertThat(send(to("/submit").GET().build()).statusCode()).isEqualTo(404);
    assertThat(send(to("/heads").GET().build()).statusCode()).isEqualTo(404);
    assertThat(send(to("/").GET().build()).statusCode()).isEqualTo(404);
    for (String query : List.of("", "?from=", "?from=-1", "?from=1&wait=x", "?from=9".repeat(9))) {
      assertThat(send(to("/events" + query).GET().build()).statusCode()).isEqualTo(400);
    }
  }

  @Test
  void aRequestThatIsTooLargeIsRefused() throws Exception {
    HttpResponse<String> reply =
        send(
            post(to("/submit"), LedgerWire.BINARY, new byte[SignedCall.MAXIMUM_BYTES + 2_000])
                .build());
    assertThat(reply.statusCode()).isEqualTo(400);
    assertThat(reply.body()).contains("at most");
  }

  @Test
  void manyWaitingReadersDoNotKeepACallFromBeingDecided() throws Exception {
    List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      waiting.add(
          client.sendAsync(
              to("/events?from=14&wait=15000").GET().build(),
              HttpResponse.BodyHandlers.ofString()));
    }
    HttpResponse<String> reply =
        send(
            post(
                    to("/submit"),
                    LedgerWire.BINARY,
                    TestLedgers.signed(
                            miner(1),
                            new ChainCall.RegisterMiner(World.MINER_STAKE, World.PAYOUT, "m"),
                            0,
                            "register")
                        .encode())
                .build());
    assertThat(reply.body()).contains("\"executed\"");
    for (var each : waiting) {
      assertThat(each.get().body()).contains("\"sequence\":14,");
    }
  }

  @Test
  void anUnreachableLedgerIsUnavailable() {
    RemoteAccess nowhere =
        new RemoteAccess(URI.create("http://127.0.0.1:1"), Schedulers.immediate());
    assertThatExceptionOfType(HubException.class)
        .isThrownBy(() -> nowhere.head().block(Duration.ofSeconds(20)))
        .matches(failure -> failure.code() == ErrorCode.CHAIN_UNAVAILABLE)
        .withMessageContaining("http://127.0.0.1:1");
    nowhere.close().block(Duration.ofSeconds(20));
  }

  @Test
  void aClientRefusesAnAddressThatComesToServeAnotherNetwork() throws IOException {
    LedgerWire wire = new LedgerWire();
    List<String> answers =
        new ArrayList<>(
            List.of(
                wire.head(new ChainHead(World.NETWORK, 1, 1)),
                wire.head(new ChainHead(new NetworkId(World.digest("other")), 1, 1)),
                "<html>not a ledger</html>"));
    HttpServer impostor =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    impostor.createContext(
        "/head",
        exchange -> {
          try (exchange) {
            byte[] body = answers.removeFirst().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
          }
        });
    impostor.start();
    RemoteAccess access =
        new RemoteAccess(
            URI.create("http://127.0.0.1:" + impostor.getAddress().getPort()),
            Schedulers.immediate());
    assertThat(access.network().block(Duration.ofSeconds(20))).isEqualTo(World.NETWORK);
    assertThatExceptionOfType(HubException.class)
        .isThrownBy(() -> access.head().block(Duration.ofSeconds(20)))
        .matches(failure -> failure.code() == ErrorCode.CHAIN_REFUSED);
    assertThatExceptionOfType(HubException.class)
        .isThrownBy(() -> access.head().block(Duration.ofSeconds(20)))
        .matches(failure -> failure.code() == ErrorCode.MESSAGE_INVALID);
    access.close().block(Duration.ofSeconds(20));
    impostor.stop(0);
  }
}
