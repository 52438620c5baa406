package io.vramhub.node.http;

import io.vramhub.api.spi.NodeService;
import java.net.InetSocketAddress;
import java.net.URI;

/** The address of one of the node's guests. */
public final class ServiceServer implements AutoCloseable {
  private final HttpFront front;

  private ServiceServer(HttpFront front) {
    this.front = front;
  }

  /**
   * Lets a service answer at an address until closed; the service itself stays open.
   *
   * @param name of its slot, for threads, log lines and messages
   * @param listen port 0 takes a free one. On loopback, only requests that name loopback are
   *     admitted; anywhere else the service is open to whoever can reach it
   * @param clients most connections, and most requests, at the same time
   * @throws io.vramhub.api.error.HubException {@code PORT_TAKEN}
   */
  public static ServiceServer start(
      String name, InetSocketAddress listen, int clients, NodeService service) {
    return new ServiceServer(
        HttpFront.bind(name, listen, HttpLimits.service(clients), service::answer));
  }

  /** Where it answers. */
  public URI address() {
    return URI.create("http://" + HttpFront.text(front.address()) + "/");
  }

  @Override
  public void close() {
    front.close();
  }
}
