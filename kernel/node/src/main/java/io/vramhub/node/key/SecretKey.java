package io.vramhub.node.key;

import io.vramhub.api.model.Address;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import io.vramhub.api.spi.Signer;
import org.bouncycastle.crypto.digests.Blake2bDigest;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/** An Ed25519 key in memory. It signs and never prints itself. */
public final class SecretKey implements Signer {
  /** Sui's signature flag of Ed25519, the first byte an address is hashed from. */
  private static final byte ED25519_FLAG = 0;

  private final Ed25519PrivateKeyParameters key;
  private final Bytes publicKey;
  private final Address address;

  /**
   * @param seed the 32 bytes the key is derived from (RFC 8032)
   */
  public SecretKey(byte[] seed) {
    key = new Ed25519PrivateKeyParameters(seed);
    publicKey = new Bytes(key.generatePublicKey().getEncoded());
    address = addressOf(publicKey);
  }

  /** The account a public key owns: blake2b-256 over the flag and the key. */
  public static Address addressOf(Bytes publicKey) {
    Blake2bDigest hash = new Blake2bDigest(256);
    hash.update(ED25519_FLAG);
    hash.update(publicKey.array(), 0, publicKey.length());
    byte[] out = new byte[Digest.LENGTH];
    hash.doFinal(out, 0);
    return new Address(Digest.of(out));
  }

  @Override
  public Address address() {
    return address;
  }

  @Override
  public Bytes publicKey() {
    return publicKey;
  }

  @Override
  public Bytes sign(byte[] message) {
    Ed25519Signer signer = new Ed25519Signer();
    signer.init(true, key);
    signer.update(message, 0, message.length);
    return new Bytes(signer.generateSignature());
  }

  /** For the keystore alone. */
  byte[] seed() {
    return key.getEncoded();
  }

  @Override
  public String toString() {
    return address + " (secret not shown)";
  }
}
