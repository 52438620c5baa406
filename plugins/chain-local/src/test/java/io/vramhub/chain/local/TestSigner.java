package io.vramhub.chain.local;

import io.vramhub.api.model.Address;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import io.vramhub.api.spi.Signer;
import java.nio.charset.StandardCharsets;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/** A key that follows from its name. */
final class TestSigner implements Signer {
  private final Ed25519PrivateKeyParameters key;

  TestSigner(String name) {
    key =
        new Ed25519PrivateKeyParameters(
            Digest.sha256(name.getBytes(StandardCharsets.UTF_8)).array());
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
    Ed25519Signer signer = new Ed25519Signer();
    signer.init(true, key);
    signer.update(message, 0, message.length);
    return new Bytes(signer.generateSignature());
  }
}
