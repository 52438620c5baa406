package io.vramhub.api.model;

/** Who asks to open something sealed. */
public sealed interface AccessProof {
  /** Nobody in particular: opens what is open to everyone. */
  record Anyone() implements AccessProof {}

  /**
   * A key holder. The signature is Ed25519 over the sealed bytes' SHA-256 followed by {@code
   * timestampMs} as eight little-endian bytes; it is fresh for a minute of chain time.
   */
  record Holder(Bytes publicKey, long timestampMs, Bytes signature) implements AccessProof {}
}
