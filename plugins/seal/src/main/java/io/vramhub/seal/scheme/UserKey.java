package io.vramhub.seal.scheme;

/** One key server's key for one identity. */
public record UserKey(G1 point) {
  /** Whether the server with the public key made this key for the identity. */
  public boolean isFor(SealId id, PublicKey server) {
    return Pairing.areEqual(point, G2.generator(), id.point(), server.point());
  }

  @Override
  public String toString() {
    return "***";
  }
}
