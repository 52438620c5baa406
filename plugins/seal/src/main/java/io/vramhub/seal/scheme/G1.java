package io.vramhub.seal.scheme;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Bytes;
import supranational.blst.P1;

/**
 * A point of the group G1 of BLS12-381, of prime order and not at infinity; compared by value.
 * Immutable: blst's points change in place, so each operation starts from a copy.
 */
public final class G1 {
  /** The length of the compressed form. */
  public static final int BYTES = 48;

  /** Seal's suite: the basic scheme of the IETF's BLS signatures, keys in G2. */
  private static final String HASH_DOMAIN = "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";

  private static final int COMPRESSED = 0x80;

  private final P1 point;

  private G1(P1 point) {
    this.point = point;
  }

  public static G1 generator() {
    return new G1(P1.generator());
  }

  /** RFC 9380: uniform, and nobody knows its logarithm. */
  static G1 hash(byte[] message) {
    return new G1(new P1().hash_to(message, HASH_DOMAIN));
  }

  /**
   * Reads the compressed form. {@code MESSAGE_INVALID}: not 48 bytes, not on the curve, not in the
   * group, or the point at infinity, which no honest key is.
   *
   * @param what the point's role, for the error
   */
  public static G1 decompress(String what, byte[] bytes) {
    if (bytes.length != BYTES || (bytes[0] & COMPRESSED) == 0) {
      throw invalid(what, "is not a compressed point of " + BYTES + " bytes");
    }
    P1 point;
    try {
      point = new P1(bytes);
    } catch (RuntimeException e) {
      // What blst throws is a bare RuntimeException with the library's own word for the fault.
      throw new HubException(
          ErrorCode.MESSAGE_INVALID,
          what + " is not on the curve or not in its group: " + e.getMessage(),
          e);
    }
    if (point.is_inf() || !point.in_group()) {
      throw invalid(what, "is at infinity or outside the group of prime order");
    }
    return new G1(point);
  }

  private static HubException invalid(String what, String reason) {
    return new HubException(ErrorCode.MESSAGE_INVALID, what + " " + reason);
  }

  public G1 times(Scalar scalar) {
    return new G1(point.dup().mult(scalar.blst()));
  }

  /** The sum. {@code MESSAGE_INVALID}: the other is this one's opposite. */
  G1 plus(G1 other) {
    return finite(point.dup().add(other.point));
  }

  /** The difference. {@code MESSAGE_INVALID}: both are the same. */
  G1 minus(G1 other) {
    return finite(point.dup().add(other.point.dup().neg()));
  }

  private static G1 finite(P1 sum) {
    if (sum.is_inf()) {
      throw invalid("a sum of points", "is at infinity");
    }
    return new G1(sum);
  }

  /** 48 bytes. */
  public Bytes compressed() {
    return new Bytes(point.compress());
  }

  P1 blst() {
    return point;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof G1 that && point.is_equal(that.point);
  }

  @Override
  public int hashCode() {
    return compressed().hashCode();
  }

  @Override
  public String toString() {
    return compressed().hex();
  }
}
