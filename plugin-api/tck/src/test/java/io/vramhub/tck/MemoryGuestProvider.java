package io.vramhub.tck;

import io.vramhub.api.model.HttpCall;
import io.vramhub.api.model.HttpReply;
import io.vramhub.api.spi.NodeService;
import io.vramhub.api.spi.NodeView;
import io.vramhub.api.spi.PluginContext;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/** Opens guests of one page, with the fault that a test has chosen. */
public final class MemoryGuestProvider implements NodeService.Provider {
  @Override
  public String name() {
    return "memory";
  }

  @Override
  public Mono<NodeService> open(PluginContext context) {
    return Refusals.withoutSettings(
        context, () -> new Guest(context.node(), GuestCanariesTest.fault(), new AtomicBoolean()));
  }

  private record Guest(NodeView node, GuestFault fault, AtomicBoolean closed)
      implements NodeService {
    @Override
    public Mono<HttpReply> answer(HttpCall call) {
      Mono<HttpReply> answer =
          fault == GuestFault.READS_WHATEVER_IS_SENT
              ? call.body().then(Mono.defer(() -> reply(call)))
              : Mono.defer(() -> reply(call));
      return Refusals.whileOpen(closed, answer);
    }

    private Mono<HttpReply> reply(HttpCall call) {
      boolean there = call.path().equals("/") || fault == GuestFault.EVERYTHING_IS_THERE;
      boolean allowed =
          Set.of("GET", "HEAD").contains(call.method())
              || fault == GuestFault.EVERYTHING_IS_ALLOWED;
      if (!there || fault == GuestFault.NO_PAGE) {
        return Mono.just(HttpReply.text(404, "text/plain", "not found"));
      }
      return allowed
          ? node.head().map(head -> page("at event " + head.sequence()))
          : Mono.just(HttpReply.text(405, "text/plain", "not allowed"));
    }

    private HttpReply page(String text) {
      Flux<ByteBuffer> body =
          Flux.range(0, 3).map(line -> ByteBuffer.wrap(new byte[] {(byte) text.charAt(line)}));
      return new HttpReply(
          200,
          new TreeMap<>(
              Map.of(
                  "content-type",
                  fault == GuestFault.HEADERS_WITH_LINE_BREAKS
                      ? "text/plain\r\nset-cookie: a=b"
                      : "text/plain")),
          fault == GuestFault.SENDS_ALL_AT_ONCE ? regardless(body) : body);
    }

    private static Flux<ByteBuffer> regardless(Flux<ByteBuffer> body) {
      return Flux.from(
          subscriber -> {
            subscriber.onSubscribe(Operators.emptySubscription());
            body.subscribe(subscriber::onNext, subscriber::onError, subscriber::onComplete);
          });
    }

    @Override
    public Mono<Void> close() {
      return Mono.fromRunnable(() -> closed.set(true));
    }
  }
}
