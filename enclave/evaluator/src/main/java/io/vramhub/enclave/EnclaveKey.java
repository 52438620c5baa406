package io.vramhub.enclave;

import io.vramhub.api.model.Bytes;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.util.Arrays;

/**
 * The enclave's Ed25519 key. It is born with the process, lives in its memory only, and has no way
 * out: neither written nor returned nor printed. A restart therefore means another key.
 */
final class EnclaveKey {
  private static final String ALGORITHM = "Ed25519";
  private static final int RAW_BYTES = 32;

  private final PrivateKey key;
  private final Bytes publicKey;

  private EnclaveKey(PrivateKey key, Bytes publicKey) {
    this.key = key;
    this.publicKey = publicKey;
  }

  static EnclaveKey generate(SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(ALGORITHM);
      generator.initialize(255, random);
      KeyPair pair = generator.generateKeyPair();
      // X.509 wraps the raw key; the raw key is its end.
      byte[] encoded = pair.getPublic().getEncoded();
      return new EnclaveKey(
          pair.getPrivate(),
          new Bytes(Arrays.copyOfRange(encoded, encoded.length - RAW_BYTES, encoded.length)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("this Java platform lacks Ed25519", e);
    }
  }

  /** The raw key, 32 bytes. */
  Bytes publicKey() {
    return publicKey;
  }

  /** A signature of 64 bytes. */
  Bytes sign(byte[] message) {
    try {
      Signature signer = Signature.getInstance(ALGORITHM);
      signer.initSign(key);
      signer.update(message);
      return new Bytes(signer.sign());
    } catch (GeneralSecurityException e) {
      throw new AssertionError("a key made by this platform always signs", e);
    }
  }
}
