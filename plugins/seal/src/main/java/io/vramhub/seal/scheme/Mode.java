package io.vramhub.seal.scheme;

/** How data is encrypted under an object's key; see {@link Ciphertext}. */
public enum Mode {
  AES_256_GCM,
  HMAC_256_CTR,
  PLAIN
}
