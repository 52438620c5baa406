package io.vramhub.seal.server;

import io.vramhub.api.error.HubException;
import java.util.Objects;

/** A request that is not answered, with the reason. */
final class DeniedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Denial denial;
  private final String reason;

  /**
   * @param reason one clause without a full stop, which the client may read
   */
  DeniedException(Denial denial, String reason) {
    super(reason);
    this.denial = denial;
    this.reason = reason;
  }

  DeniedException(Denial denial, String reason, Throwable cause) {
    super(reason, cause);
    this.denial = denial;
    this.reason = reason;
  }

  /** For what is wrong with the request's own bytes: the client may read the message. */
  DeniedException(Denial denial, HubException fault) {
    this(denial, Objects.requireNonNullElse(fault.getMessage(), ""), fault);
  }

  Denial denial() {
    return denial;
  }

  String reason() {
    return reason;
  }
}
