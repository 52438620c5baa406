package io.vramhub.storage.walrus;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * HTTP to publishers and aggregators. Cancelling a request ends its exchange. Nothing is retried in
 * here.
 */
final class WalrusHttp {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
  private static final int FIRST_REFUSAL = 300;
  private static final int LONGEST_REFUSAL = 1 << 16;
  private static final int LONGEST_MESSAGE = 500;

  private final HttpClient http;
  private final Duration timeout;

  WalrusHttp(Duration timeout) {
    this.timeout = timeout;
    http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
  }

  HttpRequest.Builder request(URI address) {
    return HttpRequest.newBuilder(address).timeout(timeout);
  }

  /** The answer, whatever its status; a blob of more than {@code most} bytes is an error. */
  Mono<HttpResponse<byte[]>> exchange(HttpRequest request, int most) {
    return Mono.fromFuture(() -> http.sendAsync(request, limited(most)))
        .onErrorMap(IOException.class, failure -> unavailable(request.uri(), failure));
  }

  private static BodyHandler<byte[]> limited(int most) {
    return head ->
        BodySubscribers.limiting(
            BodySubscribers.ofByteArray(),
            head.statusCode() < FIRST_REFUSAL ? most : LONGEST_REFUSAL);
  }

  Mono<Void> close(Scheduler blocking) {
    return Mono.<Void>fromCallable(
            () -> {
              http.shutdownNow();
              boolean unused = http.awaitTermination(CLOSE_TIMEOUT);
              return null;
            })
        .subscribeOn(blocking);
  }

  private static HubException unavailable(URI address, IOException failure) {
    return new HubException(
        ErrorCode.STORAGE_UNAVAILABLE,
        "no usable answer from "
            + address
            + ": "
            + failure
            + ". If it stays so, see whether it runs and can be reached.",
        failure);
  }

  /**
   * What a status other than success means.
   *
   * @param what was wanted, for the message
   */
  static HubException refusal(HttpResponse<byte[]> response, String what) {
    ErrorCode code =
        switch (response.statusCode()) {
          case 400 -> ErrorCode.INVARIANT_BROKEN;
          case 401, 451 -> ErrorCode.ACCESS_DENIED;
          // An aggregator's 403 says that the blob is longer than it serves.
          case 403, 413 -> ErrorCode.NOT_SUPPORTED;
          case 404 -> ErrorCode.NOT_FOUND;
          case 416 -> ErrorCode.STORAGE_CORRUPT;
          default -> ErrorCode.STORAGE_UNAVAILABLE;
        };
    return new HubException(
        code,
        what
            + ": "
            + response.uri()
            + " answered "
            + response.statusCode()
            + advice(response.statusCode())
            + message(response.body()));
  }

  private static String advice(int status) {
    return switch (status) {
      case 401 -> ", it wants another token: see 'token-file' or 'signing-key-file'";
      case 403 -> ", the blob is longer than it serves: name another aggregator";
      case 413 -> ", the blob is longer than it takes: name a publisher with a higher limit";
      case 451 -> ", the blob is blocked there: name another aggregator or publisher";
      default -> "";
    };
  }

  private static String message(byte[] body) {
    String text = "";
    try {
      Config error = json(body);
      text = error.hasPath("error.message") ? error.getString("error.message") : "";
    } catch (ConfigException e) {
      // It is no error message of Walrus; the status says enough.
    }
    return text.isEmpty() ? "" : ": " + text.substring(0, Math.min(LONGEST_MESSAGE, text.length()));
  }

  /** A JSON object; anything else signals {@link ConfigException}. */
  static Config json(byte[] body) {
    return ConfigFactory.parseString(
        new String(body, StandardCharsets.UTF_8),
        ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON));
  }
}
