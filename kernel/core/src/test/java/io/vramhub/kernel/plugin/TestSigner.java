package io.vramhub.kernel.plugin;

import io.vramhub.api.model.Address;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import io.vramhub.api.spi.Signer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;

/** A fresh Ed25519 key of the JDK. */
record TestSigner(KeyPair keys) implements Signer {
  static TestSigner fresh() {
    try {
      return new TestSigner(KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public Address address() {
    return new Address(Digest.sha256(publicKey().array()));
  }

  @Override
  public Bytes publicKey() {
    byte[] encoded = keys.getPublic().getEncoded();
    return new Bytes(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
  }

  @Override
  public Bytes sign(byte[] message) {
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(keys.getPrivate());
      signature.update(message);
      return new Bytes(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** What a node is told to trust it for. */
  TrustedSigner trustedFor(String plugins) {
    return new TrustedSigner(publicKey(), "acme", plugins);
  }
}
