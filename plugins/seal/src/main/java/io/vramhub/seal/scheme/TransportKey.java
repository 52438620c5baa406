package io.vramhub.seal.scheme;

import java.security.SecureRandom;

/**
 * The reader's throwaway key under which key servers hand out user keys (ElGamal in G1), so that
 * nobody who listens learns them.
 */
public final class TransportKey {
  private final Scalar scalar;

  private TransportKey(Scalar scalar) {
    this.scalar = scalar;
  }

  public static TransportKey random(SecureRandom random) {
    return new TransportKey(Scalar.random(random));
  }

  /** What the reader sends along. */
  public Public publicKey() {
    return new Public(G1.generator().times(scalar), G2.generator().times(scalar));
  }

  /** {@code MESSAGE_INVALID}: what came is nothing that was made for this key. */
  public UserKey open(Parcel parcel) {
    return new UserKey(parcel.masked().minus(parcel.ephemeral().times(scalar)));
  }

  @Override
  public String toString() {
    return "***";
  }

  /**
   * @param encryption the key times the generator of G1
   * @param verification the key times the generator of G2
   */
  public record Public(G1 encryption, G2 verification) {
    /** Whether both are of one key. */
    public boolean isConsistent() {
      return Pairing.areEqual(encryption, G2.generator(), G1.generator(), verification);
    }

    /** Packs a user key for the holder of the transport key. */
    public Parcel pack(UserKey key, SecureRandom random) {
      Scalar ephemeral = Scalar.random(random);
      return new Parcel(
          G1.generator().times(ephemeral), encryption.times(ephemeral).plus(key.point()));
    }
  }

  /** A user key on its way. */
  public record Parcel(G1 ephemeral, G1 masked) {}
}
