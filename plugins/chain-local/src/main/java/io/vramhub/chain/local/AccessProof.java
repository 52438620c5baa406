package io.vramhub.chain.local;

import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.ValidatorUid;

/** Who asks to open something sealed, in a form that travels. */
sealed interface AccessProof {
  /** Nobody in particular. */
  record Anyone() implements AccessProof {}

  /**
   * A validator. The signature is Ed25519 over the sealed bytes' SHA-256 followed by {@code
   * timestampMs} as eight little-endian bytes; it is fresh for a minute of chain time.
   */
  record Holder(ValidatorUid validator, Bytes publicKey, long timestampMs, Bytes signature)
      implements AccessProof {}
}
