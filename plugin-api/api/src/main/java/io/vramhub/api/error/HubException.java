package io.vramhub.api.error;

import org.jspecify.annotations.Nullable;

/**
 * The one exception services signal. Its message names what went wrong, where, and what to do, in
 * words a stranger understands.
 */
public final class HubException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  public HubException(ErrorCode code, String message) {
    this(code, message, null);
  }

  public HubException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** What went wrong, as a constant. */
  public ErrorCode code() {
    return code;
  }
}
