package relic;

import io.vramhub.api.model.HttpCall;
import io.vramhub.api.model.HttpReply;
import io.vramhub.api.spi.NodeService;
import io.vramhub.api.spi.NodeView;
import io.vramhub.api.spi.PluginContext;
import reactor.core.publisher.Mono;

public final class RelicGuestProvider implements NodeService.Provider {
  @Override
  public String name() {
    return "relic";
  }

  @Override
  public Mono<NodeService> open(PluginContext context) {
    return Mono.fromSupplier(() -> new Guest(context.node()));
  }

  private record Guest(NodeView node) implements NodeService {
    @Override
    public Mono<HttpReply> answer(HttpCall call) {
      return node.head()
          .map(
              head ->
                  HttpReply.text(200, "text/plain", call.path() + " at event " + head.sequence()));
    }

    @Override
    public Mono<Void> close() {
      return Mono.empty();
    }
  }
}
