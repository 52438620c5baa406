package io.vramhub.api.spi;

import io.vramhub.api.model.Address;
import io.vramhub.api.model.Bytes;

/**
 * A node's Ed25519 key, without the key: it signs and never shows. Safe for use by several threads.
 */
public interface Signer {
  Address address();

  /** The 32 raw bytes of the public key. */
  Bytes publicKey();

  /** The 64-byte Ed25519 signature over the message itself, without pre-hashing. */
  Bytes sign(byte[] message);
}
