package io.vramhub.node.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.HttpCall;
import io.vramhub.api.model.HttpReply;
import io.vramhub.node.Waiting;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.ChannelBindException;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.LoopResources;

/**
 * One address of the node. It turns requests into {@link HttpCall}s and {@link HttpReply}s into
 * responses, and keeps the node unharmed by both sides: clients get limits, and the code that
 * answers runs on threads of its own, under a time limit, never on the event loop.
 */
final class HttpFront implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpFront.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int LINE_BYTES = 8 << 10;
  private static final int HEADER_BYTES = 32 << 10;
  private static final int THREADS = 8;
  private static final int QUEUE = 4_096;
  private static final int IDLE_SECONDS = 60;
  private static final int PARTS_AHEAD = 4;

  private final String name;
  private final boolean loopback;
  private final HttpLimits limits;
  private final Function<HttpCall, Mono<HttpReply>> answers;
  private final Semaphore permits;
  private final ChannelGroup connections = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE);
  private final Scheduler threads;
  private final LoopResources loop;
  private final DisposableServer server;

  private HttpFront(
      String name,
      InetSocketAddress listen,
      HttpLimits limits,
      Function<HttpCall, Mono<HttpReply>> answers) {
    this.name = name;
    this.loopback = listen.getAddress().isLoopbackAddress();
    this.limits = limits;
    this.answers = answers;
    this.permits = new Semaphore(limits.requests());
    this.threads = Schedulers.newBoundedElastic(THREADS, QUEUE, "http-" + name, IDLE_SECONDS, true);
    this.loop = LoopResources.create("http-loop-" + name, 1, true);
    boolean bound = false;
    try {
      this.server = listen(listen);
      bound = true;
    } finally {
      if (!bound) {
        release();
      }
    }
  }

  /**
   * Listens at an address.
   *
   * @param name for threads, log lines and messages
   * @param listen port 0 takes a free one
   * @param answers called for every admissible request, several at a time
   * @throws HubException {@code PORT_TAKEN}
   */
  static HttpFront bind(
      String name,
      InetSocketAddress listen,
      HttpLimits limits,
      Function<HttpCall, Mono<HttpReply>> answers) {
    return new HttpFront(name, listen, limits, answers);
  }

  private DisposableServer listen(InetSocketAddress listen) {
    HttpServer http =
        HttpServer.create()
            .runOn(loop)
            .bindAddress(() -> listen)
            .idleTimeout(limits.idle())
            .requestTimeout(limits.requestWithin())
            .httpRequestDecoder(
                decoder -> decoder.maxInitialLineLength(LINE_BYTES).maxHeaderSize(HEADER_BYTES))
            .doOnChannelInit((observer, channel, remote) -> admit(channel))
            .handle(this::handle);
    return Waiting.await(
        http.bind()
            .cast(DisposableServer.class)
            .onErrorMap(
                ChannelBindException.class,
                e ->
                    new HubException(
                        ErrorCode.PORT_TAKEN,
                        name
                            + " cannot listen on "
                            + text(listen)
                            + "; another process has the port, or the address is not this"
                            + " machine's. Choose another",
                        e)),
        PATIENCE);
  }

  /** Where it listens, with the port it got. */
  InetSocketAddress address() {
    return (InetSocketAddress) server.address();
  }

  /** As it stands in a URL. */
  static String text(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
  }

  private void admit(Channel channel) {
    if (connections.size() >= limits.connections()) {
      channel.close();
    } else {
      connections.add(channel);
    }
  }

  private Mono<Void> handle(HttpServerRequest request, HttpServerResponse response) {
    if (!permits.tryAcquire()) {
      return send(request, response.header("retry-after", "1"), plain(503, "too many requests"));
    }
    return exchange(request, response).doFinally(end -> permits.release());
  }

  private Mono<Void> exchange(HttpServerRequest request, HttpServerResponse response) {
    LimitedBody body =
        new LimitedBody(request.receive().asByteArray().map(ByteBuffer::wrap), limits.bodyBytes());
    return Mono.fromCallable(() -> call(request, body))
        .flatMap(this::answer)
        .map(Response::checked)
        .onErrorResume(failure -> Mono.just(refusal(request, response, body, failure)))
        .flatMap(reply -> send(request, response, reply));
  }

  private HttpCall call(HttpServerRequest request, LimitedBody body) {
    List<String> hosts = request.requestHeaders().getAll("host");
    if (hosts.size() > 1) {
      throw new RefusedRequest(400, "more than one Host header");
    }
    if (loopback && !LoopbackHosts.contain(hosts.isEmpty() ? "" : hosts.getFirst())) {
      throw new RefusedRequest(421, "this server answers for localhost only");
    }
    RequestTarget target = RequestTarget.parse(request.uri());
    SortedMap<String, List<String>> headers = new TreeMap<>();
    for (String header : request.requestHeaders().names()) {
      headers.put(header.toLowerCase(Locale.ROOT), request.requestHeaders().getAll(header));
    }
    return new HttpCall(
        request.method().name().toUpperCase(Locale.ROOT),
        target.path(),
        target.query(),
        headers,
        body.content().publishOn(threads, PARTS_AHEAD));
  }

  private Mono<HttpReply> answer(HttpCall call) {
    return Mono.defer(() -> answers.apply(call))
        .subscribeOn(threads)
        .switchIfEmpty(Mono.error(() -> new IllegalStateException("the answer is empty")))
        .timeout(limits.answerWithin(), Schedulers.parallel());
  }

  /** What the client is told of a failure; the operator's log gets the rest. */
  private Response refusal(
      HttpServerRequest request, HttpServerResponse response, LimitedBody body, Throwable failure) {
    if (body.exceeded()) {
      // Whatever is still coming is not read.
      response.keepAlive(false);
      return plain(413, "the request's body is longer than " + limits.bodyBytes() + " bytes");
    }
    return switch (failure) {
      case RefusedRequest refused -> plain(refused.status(), refused.reason());
      case TimeoutException late -> {
        LOG.warn(
            "{}: no answer to {} {} within {}",
            name,
            request.method(),
            request.uri(),
            limits.answerWithin());
        yield plain(504, "no answer in time");
      }
      default -> {
        LOG.warn("{}: {} {} failed", name, request.method(), request.uri(), failure);
        yield plain(500, "internal error");
      }
    };
  }

  private Mono<Void> send(
      HttpServerRequest request, HttpServerResponse response, Response checked) {
    HttpReply reply = checked.reply();
    response.status(reply.status());
    reply.headers().forEach(response::header);
    boolean bodiless =
        request.method().name().equals("HEAD") || reply.status() == 204 || reply.status() == 304;
    if (bodiless) {
      return response.send();
    }
    Flux<ByteBuf> body =
        DeclaredLength.enforced(
                reply.body().subscribeOn(threads).cancelOn(threads), checked.length())
            .map(Unpooled::wrappedBuffer)
            .onErrorResume(failure -> abort(request, response, failure));
    return response.send(body, each -> true).then();
  }

  /**
   * The status is sent already, so only a broken connection can tell the client. The body never
   * completes, for its end mark could overtake the break; it is cancelled with the connection.
   */
  private <T> Mono<T> abort(
      HttpServerRequest request, HttpServerResponse response, Throwable failure) {
    LOG.warn("{}: the reply to {} {} broke off", name, request.method(), request.uri(), failure);
    response.withConnection(connection -> connection.channel().close());
    return Mono.never();
  }

  private static Response plain(int status, String message) {
    return Response.checked(HttpReply.text(status, "text/plain", message + "\n"));
  }

  /** Stops listening and breaks every connection; what still answers is cancelled. */
  @Override
  public void close() {
    server.dispose();
    Waiting.complete(server.onDispose(), PATIENCE);
    connections.close();
    release();
  }

  private void release() {
    Waiting.complete(loop.disposeLater(Duration.ZERO, PATIENCE), PATIENCE);
    threads.dispose();
  }

  /** A reply whose headers may be sent. */
  private record Response(HttpReply reply, OptionalLong length) {
    static Response checked(HttpReply reply) {
      return new Response(reply, ReplyHeaders.checked(reply.headers()));
    }
  }
}
