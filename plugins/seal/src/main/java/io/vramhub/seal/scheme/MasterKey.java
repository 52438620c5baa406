package io.vramhub.seal.scheme;

import io.vramhub.api.model.Digest;
import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * The secret of a key server: whoever has it makes the key of every identity. Immutable and safe
 * for use by several threads.
 */
public record MasterKey(Scalar scalar) {
  /** How many bytes of key material are reduced to one scalar; the bias is below 2^-256. */
  private static final int DERIVED_BYTES = 64;

  public static MasterKey random(SecureRandom random) {
    return new MasterKey(Scalar.random(random));
  }

  /**
   * The key of one client of a permissioned server.
   *
   * @param seed the server's secret, at least 32 uniform bytes
   * @param index counts the server's clients; unsigned
   */
  public static MasterKey derive(byte[] seed, long index) {
    byte[] info = ByteBuffer.allocate(Long.BYTES).putLong(index).array();
    return new MasterKey(Scalar.reduced(Sha3.hkdf(seed, info, DERIVED_BYTES)));
  }

  public PublicKey publicKey() {
    return new PublicKey(G2.generator().times(scalar));
  }

  /** The key that opens what is sealed to the identity. */
  public UserKey extract(SealId id) {
    return new UserKey(id.point().times(scalar));
  }

  /** Shows that whoever registers the public key under the object id knows this key. */
  public ProofOfPossession prove(Digest serverId) {
    return new ProofOfPossession(ProofOfPossession.message(publicKey(), serverId).times(scalar));
  }
}
