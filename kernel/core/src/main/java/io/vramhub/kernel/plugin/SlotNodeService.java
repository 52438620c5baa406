package io.vramhub.kernel.plugin;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.HttpCall;
import io.vramhub.api.model.HttpReply;
import io.vramhub.api.spi.NodeService;
import java.nio.ByteBuffer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A guest of a node, whichever plugin provides it at the moment. */
record SlotNodeService(HostSlot<NodeService> slot) implements NodeService {
  private static final String EVENT_STREAM = "text/event-stream";

  @Override
  public Mono<HttpReply> answer(HttpCall call) {
    return slot.lent(
        open ->
            PluginCall.mono(open.generation(), "answer", () -> open.service().answer(call))
                .map(reply -> new HttpReply(reply.status(), reply.headers(), body(reply, open))));
  }

  /**
   * A file is sent to its end by the service that began it. A stream of events has none, so it ends
   * when another service takes over, and the client asks that one to go on.
   */
  private static Flux<ByteBuffer> body(HttpReply reply, OpenService<NodeService> open) {
    Flux<ByteBuffer> body = PluginCall.flux(open.generation(), "answer", reply::body);
    boolean endless = reply.headers().getOrDefault("content-type", "").startsWith(EVENT_STREAM);
    return endless
        ? body.takeUntilOther(open.superseded())
        : Flux.usingWhen(
            Mono.fromSupplier(() -> lease(open)),
            leased -> body,
            SlotNodeService::release,
            (leased, failure) -> release(leased),
            SlotNodeService::release);
  }

  private static OpenService<NodeService> lease(OpenService<NodeService> open) {
    if (!open.tryAcquire()) {
      throw new HubException(
          ErrorCode.PLUGIN_FAILED,
          open.generation().label() + " was replaced before its reply was sent; ask again");
    }
    return open;
  }

  private static Mono<Void> release(OpenService<NodeService> leased) {
    return Mono.fromRunnable(leased::release);
  }

  @Override
  public Mono<Void> close() {
    return slot.vacate();
  }
}
