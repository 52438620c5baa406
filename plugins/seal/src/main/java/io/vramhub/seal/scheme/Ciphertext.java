package io.vramhub.seal.scheme;

import io.vramhub.api.model.Bytes;
import java.util.Optional;

/** The data under the object's key. */
public sealed interface Ciphertext {
  /**
   * @param blob the data under AES-256-GCM, then the tag of 16 bytes
   * @param associated is authenticated along, in the open
   */
  record Aes256Gcm(Bytes blob, Optional<Bytes> associated) implements Ciphertext {}

  /**
   * @param blob as long as the data
   * @param associated is authenticated along, in the open
   * @param mac 32 bytes
   */
  record Hmac256Ctr(Bytes blob, Optional<Bytes> associated, Bytes mac) implements Ciphertext {}

  /** No data: what opens is the key itself. */
  record Plain() implements Ciphertext {}
}
