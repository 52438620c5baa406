package io.vramhub.api.spi;

import io.vramhub.api.model.HttpCall;
import io.vramhub.api.model.HttpReply;
import reactor.core.publisher.Mono;

/**
 * A long-running guest of a node, for example an explorer. It reads what {@link
 * PluginContext#node()} shows and answers HTTP requests at the address the operator gave it; it
 * cannot act for the node.
 */
public interface NodeService extends HubService {
  /** The provider kind for the service files. */
  interface Provider extends ServiceProvider<NodeService> {}

  /**
   * Answers one request. Called by the node's server, many at a time, on threads that must not be
   * blocked. An error becomes status 500 without its message; cancellation means the client left.
   */
  Mono<HttpReply> answer(HttpCall call);
}
