package io.vramhub.node.http;

/** A request that is answered with an error status because of what it is, not of what failed. */
final class RefusedRequest extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  /**
   * @param message is sent to the client
   */
  RefusedRequest(int status, String message) {
    super(message, null, false, false);
    this.status = status;
  }

  int status() {
    return status;
  }
}
