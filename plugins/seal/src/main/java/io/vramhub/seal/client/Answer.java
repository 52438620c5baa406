package io.vramhub.seal.client;

import io.vramhub.seal.scheme.UserKey;

/** What a key server made of a request. */
sealed interface Answer {
  KeyServer server();

  /** Its key, which was checked against its public key. */
  record Granted(KeyServer server, UserKey key) implements Answer {}

  /** The chain's rules admit the reader not, or not yet. */
  record Denied(KeyServer server, String reason) implements Answer {}

  /** No answer, or none to be believed. */
  record Failed(KeyServer server, String reason) implements Answer {}
}
