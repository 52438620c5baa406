package io.vramhub.seal.client;

import io.vramhub.api.model.Address;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.spi.Signer;
import io.vramhub.seal.wire.Ed25519;
import java.security.SecureRandom;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;

/** A fresh Ed25519 key that is never stored: of a session, or of a reader who is nobody. */
final class ThrowawayKey implements Signer {
  private final Ed25519PrivateKeyParameters key;

  ThrowawayKey(SecureRandom random) {
    key = new Ed25519PrivateKeyParameters(random);
  }

  @Override
  public Address address() {
    return Ed25519.address(publicKey());
  }

  @Override
  public Bytes publicKey() {
    return new Bytes(key.generatePublicKey().getEncoded());
  }

  @Override
  public Bytes sign(byte[] message) {
    byte[] signature = new byte[Ed25519.SIGNATURE_BYTES];
    key.sign(
        org.bouncycastle.math.ec.rfc8032.Ed25519.Algorithm.Ed25519,
        null,
        message,
        0,
        message.length,
        signature,
        0);
    return new Bytes(signature);
  }
}
