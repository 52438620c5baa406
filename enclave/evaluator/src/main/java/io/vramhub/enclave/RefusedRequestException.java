package io.vramhub.enclave;

/** A request the enclave answers with a status and a sentence instead of a result. */
final class RefusedRequestException extends Exception {
  static final int BAD_REQUEST = 400;
  static final int NOT_FOUND = 404;
  static final int METHOD_NOT_ALLOWED = 405;
  static final int CONFLICT = 409;
  static final int LENGTH_REQUIRED = 411;
  static final int TOO_LARGE = 413;
  static final int UNPROCESSABLE = 422;
  static final int BUSY = 503;

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String sentence;

  RefusedRequestException(int status, String sentence) {
    super(sentence);
    this.status = status;
    this.sentence = sentence;
  }

  int status() {
    return status;
  }

  /** What the client is told. */
  String sentence() {
    return sentence;
  }
}
