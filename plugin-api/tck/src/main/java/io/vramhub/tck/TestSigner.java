package io.vramhub.tck;

import io.vramhub.api.model.Address;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import io.vramhub.api.spi.Signer;
import java.nio.charset.StandardCharsets;
import org.bouncycastle.crypto.digests.Blake2bDigest;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/** A real Ed25519 key that follows from its name, so that every run of a test has the same one. */
public final class TestSigner implements Signer {
  /** Sui's flag of the Ed25519 scheme, the first byte of what an address is the hash of. */
  private static final byte SCHEME_FLAG = 0;

  private final Ed25519PrivateKeyParameters key;

  public TestSigner(String name) {
    key =
        new Ed25519PrivateKeyParameters(
            Digest.sha256(name.getBytes(StandardCharsets.UTF_8)).array());
  }

  @Override
  public Address address() {
    Blake2bDigest hash = new Blake2bDigest(Digest.LENGTH * Byte.SIZE);
    hash.update(SCHEME_FLAG);
    hash.update(publicKey().array(), 0, publicKey().length());
    byte[] digest = new byte[Digest.LENGTH];
    hash.doFinal(digest, 0);
    return new Address(Digest.of(digest));
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
