package io.vramhub.seal.client;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Bytes;
import io.vramhub.seal.scheme.G1;
import io.vramhub.seal.scheme.ProofOfPossession;
import io.vramhub.seal.scheme.SealId;
import io.vramhub.seal.scheme.TransportKey;
import io.vramhub.seal.scheme.UserKey;
import io.vramhub.seal.wire.ObjectIds;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Base64;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks key servers over HTTP. Thread-safe. Misbehaviour of a server is an {@link Answer}, never an
 * error; what can pass by itself is tried again.
 */
final class KeyServerHttp {
  private static final int OK = 200;
  private static final int UNAVAILABLE = 503;
  private static final String NO_ACCESS = "NoAccess";

  /** One key in Seal's JSON has about 400 bytes. */
  private static final int MOST_ANSWER_BYTES = 64 << 10;

  private static final int RETRIES = 2;
  private static final Duration FIRST_RETRY = Duration.ofMillis(100);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final HttpClient http;
  private final JsonMapper json;
  private final Duration timeout;
  private final Scheduler blocking;
  private final Scheduler timer;

  /**
   * @param timeout for one server, tries included
   * @param blocking for the arithmetic, a few milliseconds for each answer
   */
  KeyServerHttp(JsonMapper json, Duration timeout, Scheduler blocking, Scheduler timer) {
    this.json = json;
    this.timeout = timeout;
    this.blocking = blocking;
    this.timer = timer;
    http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(timeout)
            .build();
  }

  /** The server's key for the identity of the request; never an error. */
  Mono<Answer> fetch(KeyServer server, KeyRequest request) {
    HttpRequest post =
        to(server, "v1/fetch_key")
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(request.body().array()))
            .build();
    return exchange(post)
        .publishOn(blocking)
        .map(response -> answer(server, request, response))
        .transform(this::patiently)
        .onErrorResume(error -> Mono.just(new Answer.Failed(server, reason(error))));
  }

  /**
   * Checks that the server at the URL holds the configured public key. {@code CONFIG_INVALID}: it
   * is another one; {@code CHAIN_UNAVAILABLE}: it does not answer.
   */
  Mono<Void> verify(KeyServer server) {
    HttpRequest get =
        to(server, "v1/service?service_id=" + ObjectIds.text(server.id())).GET().build();
    return exchange(get)
        .publishOn(blocking)
        .map(response -> isProven(server, response))
        .transform(this::patiently)
        .onErrorMap(
            error ->
                new HubException(
                    ErrorCode.CHAIN_UNAVAILABLE, server + " fails: " + reason(error), error))
        .filter(proven -> !proven)
        .flatMap(
            _ ->
                Mono.error(
                    new HubException(
                        ErrorCode.CONFIG_INVALID,
                        "seal setting 'servers': "
                            + server
                            + " does not prove that it holds the configured public key. Ask its"
                            + " operator for its id and public key.")));
  }

  Mono<Void> close() {
    return Mono.<Void>fromCallable(
            () -> {
              http.shutdownNow();
              boolean unused = http.awaitTermination(CLOSE_TIMEOUT);
              return null;
            })
        .subscribeOn(blocking);
  }

  private HttpRequest.Builder to(KeyServer server, String path) {
    return HttpRequest.newBuilder(server.url().resolve(path))
        .header("Request-Id", UUID.randomUUID().toString())
        // Servers know four kinds of clients; this one does what that one does.
        .header("Client-Sdk-Type", "typescript")
        .header("Client-Sdk-Version", "1.4.12");
  }

  /** Cancelled when others have answered enough; how it ends then is nobody's trouble. */
  private Mono<HttpResponse<byte[]>> exchange(HttpRequest request) {
    return Mono.defer(
        () -> {
          CompletableFuture<HttpResponse<byte[]>> exchange =
              http.sendAsync(
                  request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_ANSWER_BYTES));
          return Mono.fromFuture(exchange.handle((_, _) -> exchange))
              .doFinally(_ -> exchange.cancel(true))
              .flatMap(Mono::fromFuture);
        });
  }

  /** Tries again what can pass by itself, all within the time one server has. */
  private <T> Mono<T> patiently(Mono<T> exchange) {
    return exchange
        .retryWhen(
            Retry.backoff(RETRIES, FIRST_RETRY)
                .scheduler(timer)
                .filter(KeyServerHttp::canPass)
                .onRetryExhaustedThrow((_, signal) -> signal.failure()))
        .timeout(timeout, timer);
  }

  private static boolean canPass(Throwable error) {
    return error instanceof IOException
        || (error instanceof HubException known && known.code() == ErrorCode.CHAIN_UNAVAILABLE);
  }

  private String reason(Throwable error) {
    return switch (error) {
      case TimeoutException _ -> "it did not answer within " + timeout.toMillis() + " ms";
      case HubException known -> String.valueOf(known.getMessage());
      default -> "it does not answer: " + error;
    };
  }

  private Answer answer(KeyServer server, KeyRequest request, HttpResponse<byte[]> response) {
    if (response.statusCode() == OK) {
      UserKey key = key(request, tree(response));
      return key.isFor(request.id(), server.key())
          ? new Answer.Granted(server, key)
          : new Answer.Failed(
              server, "the key it gave is not of its public key: it lies, or was set up anew");
    }
    JsonNode error = tree(response);
    String reason = error.path("error").asString("") + ": " + error.path("message").asString("");
    if (error.path("error").asString("").equals(NO_ACCESS)) {
      return new Answer.Denied(server, reason);
    }
    throw refused(response.statusCode(), reason);
  }

  private static HubException refused(int status, String reason) {
    return new HubException(
        status == UNAVAILABLE ? ErrorCode.CHAIN_UNAVAILABLE : ErrorCode.MESSAGE_INVALID,
        "it answered " + status + " " + reason);
  }

  private static UserKey key(KeyRequest request, JsonNode answer) {
    for (JsonNode each : answer.path("decryption_keys")) {
      if (isOf(request.id(), each.path("id"))) {
        JsonNode parcel = each.path("encrypted_key");
        return request
            .transport()
            .open(new TransportKey.Parcel(point(parcel.path(0)), point(parcel.path(1))));
      }
    }
    throw new HubException(
        ErrorCode.MESSAGE_INVALID, "its answer has no key for the identity it was asked about");
  }

  private static boolean isOf(SealId id, JsonNode numbers) {
    byte[] expected = id.bytes().array();
    if (numbers.size() != expected.length) {
      return false;
    }
    for (int i = 0; i < expected.length; i++) {
      if (numbers.path(i).asInt(-1) != (expected[i] & 0xff)) {
        return false;
      }
    }
    return true;
  }

  private static G1 point(JsonNode text) {
    return G1.decompress("its encrypted key", base64(text).array());
  }

  private static Bytes base64(JsonNode text) {
    try {
      return new Bytes(Base64.getDecoder().decode(text.asString("")));
    } catch (IllegalArgumentException e) {
      throw new HubException(ErrorCode.MESSAGE_INVALID, "its answer is not base64", e);
    }
  }

  private boolean isProven(KeyServer server, HttpResponse<byte[]> response) {
    JsonNode answer = tree(response);
    if (response.statusCode() != OK) {
      String code = answer.path("error").asString("");
      if (code.equals("InvalidServiceId")) {
        return false;
      }
      throw refused(response.statusCode(), code);
    }
    return answer.path("service_id").asString("").equals(ObjectIds.text(server.id()))
        && ProofOfPossession.of(base64(answer.path("pop"))).isOf(server.key(), server.id());
  }

  private JsonNode tree(HttpResponse<byte[]> response) {
    try {
      return json.readTree(response.body());
    } catch (JacksonException e) {
      throw refused(
          response.statusCode(), "with " + response.body().length + " bytes that are not JSON");
    }
  }
}
