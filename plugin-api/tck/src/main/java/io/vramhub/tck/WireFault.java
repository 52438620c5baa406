package io.vramhub.tck;

/** What may happen to one HTTP exchange on its way through a {@link FaultProxy}. */
public enum WireFault {
  /** The reply comes 20 ms late. */
  DELAY,
  /** Half of the request arrives; then the connection is cut. The server has done nothing. */
  CUT_REQUEST,
  /** The server has done what it was asked for; half of its reply arrives. */
  CUT_REPLY,
  /** The reply is 503; the server was not asked. */
  UNAVAILABLE,
  /** The server has done what it was asked for, and yet the reply is 500. */
  FAILED_AFTERWARDS,
  /** One bit of the request's body is wrong. */
  WRONG_REQUEST_BYTES,
  /**
   * One bit of the reply's body is wrong. Replies of text, XML and JSON are spared: no digest
   * covers them, so only TLS protects them.
   */
  WRONG_REPLY_BYTES,
  /** The reply's body has half of its bytes, and its header says so. */
  SHORT_REPLY,
  /** The server is asked twice; its second reply arrives. */
  REPEATED_REQUEST,
  /** The reply arrives twice; then the connection is closed. */
  REPEATED_REPLY
}
