package io.vramhub.kernel.fake;

import io.vramhub.api.model.Address;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import io.vramhub.api.spi.Signer;
import java.nio.charset.StandardCharsets;

/** A key that signs by hashing. */
public record FakeSigner(String name) implements Signer {
  @Override
  public Address address() {
    return new Address(Digest.sha256(name.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public Bytes publicKey() {
    return new Bytes(address().digest().array());
  }

  @Override
  public Bytes sign(byte[] message) {
    byte[] once = Digest.sha256(publicKey().array(), message).array();
    byte[] signature = new byte[64];
    System.arraycopy(once, 0, signature, 0, 32);
    return new Bytes(signature);
  }
}
