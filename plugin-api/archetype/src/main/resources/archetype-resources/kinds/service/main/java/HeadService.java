package ${package};

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.ChainHead;
import io.vramhub.api.model.HttpCall;
import io.vramhub.api.model.HttpReply;
import io.vramhub.api.spi.NodeService;
import io.vramhub.api.spi.NodeView;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Mono;

/** Tells at {@code /} how far the node's chain is, as JSON. */
final class HeadService implements NodeService {
  private final NodeView node;
  private final AtomicBoolean closed = new AtomicBoolean();

  HeadService(NodeView node) {
    this.node = node;
  }

  @Override
  public Mono<HttpReply> answer(HttpCall call) {
    return Mono.defer(
        () -> {
          if (closed.get()) {
            throw new HubException(ErrorCode.PLUGIN_FAILED, "service '${artifactId}' was closed");
          }
          if (!call.path().equals("/")) {
            return Mono.just(HttpReply.text(404, "text/plain", "there is only /"));
          }
          return call.method().equals("GET")
              ? node.head().map(HeadService::json)
              : Mono.just(HttpReply.text(405, "text/plain", "there is only GET"));
        });
  }

  private static HttpReply json(ChainHead head) {
    return HttpReply.text(
        200,
        "application/json",
        "{\"network\":\"%s\",\"sequence\":%d,\"timeMs\":%d}"
            .formatted(head.network(), head.sequence(), head.timeMs()));
  }

  @Override
  public Mono<Void> close() {
    return Mono.fromRunnable(() -> closed.set(true));
  }
}
