package io.vramhub.node.http;

import java.time.Duration;

/**
 * What one front allows.
 *
 * @param bodyBytes of a request's body; more is answered with 413
 * @param requests at the same time, endless replies included; more are answered with 503
 * @param connections at the same time; more are closed at once
 * @param requestWithin for a request to arrive whole; then 408
 * @param answerWithin for a reply to begin; then 504. A reply's body may last for ever
 * @param idle for a connection without a request; then it is closed
 */
record HttpLimits(
    long bodyBytes,
    int requests,
    int connections,
    Duration requestWithin,
    Duration answerWithin,
    Duration idle) {
  /** Those of a node's guest, whose clients may be browsers that keep a live stream open. */
  static HttpLimits service(int clients) {
    return new HttpLimits(
        1 << 20,
        clients,
        clients,
        Duration.ofSeconds(30),
        Duration.ofSeconds(30),
        Duration.ofMinutes(1));
  }
}
