package io.vramhub.storage.r2;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.http.async.AsyncExecuteRequest;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.async.SdkAsyncHttpResponseHandler;
import software.amazon.awssdk.http.async.SdkHttpContentPublisher;

/**
 * The SDK's requests over the JDK's HTTP client: half the size of the SDK's own transport, and
 * closing it ends its threads, so that a swapped plugin leaves nothing behind.
 */
final class JdkTransport implements SdkAsyncHttpClient {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

  /** Headers that the JDK's client writes itself. */
  private static final Set<String> WRITTEN_BY_CLIENT =
      Set.of("connection", "content-length", "expect", "host", "upgrade");

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(CONNECT_LIMIT)
          .build();

  @Override
  public CompletableFuture<Void> execute(AsyncExecuteRequest call) {
    SdkAsyncHttpResponseHandler handler = call.responseHandler();
    CompletableFuture<HttpResponse<Flow.Publisher<List<ByteBuffer>>>> reply =
        client.sendAsync(request(call), BodyHandlers.ofPublisher());
    // Fails, by cancellation too, wherever the exchange is; completes with the last byte.
    CompletableFuture<Void> done = new CompletableFuture<>();
    done.whenComplete((nothing, failure) -> reply.cancel(failure != null));
    reply.whenComplete(
        (response, failure) -> {
          if (response == null) {
            Throwable cause = cause(failure);
            handler.onError(cause);
            done.completeExceptionally(cause);
          } else {
            handler.onHeaders(head(response));
            handler.onStream(body(response, done));
          }
        });
    return done;
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private static Flux<ByteBuffer> body(
      HttpResponse<Flow.Publisher<List<ByteBuffer>>> response, CompletableFuture<Void> done) {
    return JdkFlowAdapter.flowPublisherToFlux(response.body())
        .concatMapIterable(buffers -> buffers, 1)
        .takeUntilOther(Mono.fromFuture(done, true))
        .doOnComplete(() -> done.complete(null))
        .doOnError(done::completeExceptionally)
        .doOnCancel(() -> done.cancel(false));
  }

  private static HttpRequest request(AsyncExecuteRequest call) {
    SdkHttpRequest asked = call.request();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(asked.getUri())
            .method(asked.method().name(), content(call.requestContentPublisher()));
    asked.forEachHeader(
        (name, values) -> {
          if (!WRITTEN_BY_CLIENT.contains(name.toLowerCase(Locale.ROOT))) {
            values.forEach(value -> request.header(name, value));
          }
        });
    return request.build();
  }

  private static BodyPublisher content(SdkHttpContentPublisher content) {
    long length = content.contentLength().orElse(0L);
    return length == 0
        ? BodyPublishers.noBody()
        : BodyPublishers.fromPublisher(JdkFlowAdapter.publisherToFlowPublisher(content), length);
  }

  private static SdkHttpResponse head(HttpResponse<?> response) {
    return SdkHttpResponse.builder()
        .statusCode(response.statusCode())
        .headers(response.headers().map())
        .build();
  }

  @Override
  public String clientName() {
    return "JdkHttpClient";
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
