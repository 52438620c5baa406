package io.vramhub.vramscan;

/** A request that cannot be answered, and what its client is told. */
final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;

  private ApiException(int status, String message) {
    super(message, null, false, false);
    this.status = status;
  }

  /** The request means nothing. */
  static ApiException refused(String message) {
    return new ApiException(400, message);
  }

  /** There is no such thing. */
  static ApiException missing(String message) {
    return new ApiException(404, message);
  }

  static ApiException of(int status, String message) {
    return new ApiException(status, message);
  }

  int status() {
    return status;
  }
}
