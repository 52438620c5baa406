package io.vramhub.chain.local;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.ChainHead;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.Receipt;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * The ledger of another process. Trouble on the way signals {@code CHAIN_UNAVAILABLE}; the caller
 * tries again, which is safe because calls carry their idempotency key. An address that comes to
 * serve another network is refused rather than believed.
 */
final class RemoteAccess implements LedgerAccess {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(3);
  private static final Duration REPLY_LIMIT = Duration.ofSeconds(40);
  private static final long WAIT_MS = 15_000;

  private final URI endpoint;
  private final Scheduler blocking;
  private final LedgerWire wire = new LedgerWire();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient client;
  private final AtomicReference<Optional<NetworkId>> network =
      new AtomicReference<>(Optional.empty());

  RemoteAccess(URI endpoint, Scheduler blocking) {
    this.endpoint = endpoint;
    this.blocking = blocking;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_LIMIT)
            .executor(threads)
            .build();
  }

  @Override
  public Mono<NetworkId> network() {
    return Mono.defer(
        () -> network.get().map(Mono::just).orElseGet(() -> head().map(ChainHead::network)));
  }

  @Override
  public Mono<ChainHead> head() {
    return send(get(LedgerWire.HEAD))
        .map(wire::readHead)
        .doOnNext(head -> demandSameNetwork(head.network()));
  }

  private void demandSameNetwork(NetworkId seen) {
    Optional<NetworkId> before =
        network.getAndUpdate(known -> known.isPresent() ? known : Optional.of(seen));
    if (before.isPresent() && !before.get().equals(seen)) {
      throw new HubException(
          ErrorCode.CHAIN_REFUSED,
          "the ledger at "
              + endpoint
              + " is of network "
              + seen
              + " now, and was of "
              + before.get()
              + ": restart this node if that is meant");
    }
  }

  @Override
  public Mono<List<ChainRecord>> next(long fromSequence) {
    return send(get(LedgerWire.EVENTS + "?from=" + fromSequence + "&wait=" + WAIT_MS))
        .map(wire::readRecords);
  }

  @Override
  public Mono<Receipt> submit(SignedCall call) {
    return send(post(LedgerWire.SUBMIT, call.encode())).map(wire::readReceipt);
  }

  @Override
  public Mono<Void> close() {
    return Mono.<Void>fromRunnable(
            () -> {
              client.shutdownNow();
              threads.shutdownNow();
            })
        .subscribeOn(blocking);
  }

  private HttpRequest get(String path) {
    return request(path).GET().build();
  }

  private HttpRequest post(String path, byte[] body) {
    return request(path)
        .header("Content-Type", LedgerWire.BINARY)
        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
        .build();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(endpoint.resolve(path)).timeout(REPLY_LIMIT);
  }

  private Mono<String> send(HttpRequest request) {
    return Mono.fromFuture(
            () ->
                client.sendAsync(
                    request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8)))
        .onErrorMap(IOException.class, this::unavailable)
        .publishOn(blocking)
        .map(this::body);
  }

  private String body(HttpResponse<String> response) {
    if (response.statusCode() != 200) {
      throw wire.readFailure(response.statusCode(), response.body());
    }
    return response.body();
  }

  private HubException unavailable(Throwable cause) {
    return new HubException(
        ErrorCode.CHAIN_UNAVAILABLE,
        "the ledger at " + endpoint + " cannot be reached (" + cause + "): is its process running?",
        cause);
  }
}
