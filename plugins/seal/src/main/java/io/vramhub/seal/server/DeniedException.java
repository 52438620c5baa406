package io.vramhub.seal.server;

/** A request that is not answered, with the reason. */
final class DeniedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Denial denial;

  /**
   * @param reason one clause without a full stop, which the client may read
   */
  DeniedException(Denial denial, String reason) {
    super(reason);
    this.denial = denial;
  }

  DeniedException(Denial denial, String reason, Throwable cause) {
    super(reason, cause);
    this.denial = denial;
  }

  Denial denial() {
    return denial;
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
