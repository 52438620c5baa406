package io.vramhub.seal.scheme;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Bytes;
import supranational.blst.P2;

/**
 * A point of the group G2 of BLS12-381, of prime order and not at infinity; compared by value.
 * Immutable: blst's points change in place, so each operation starts from a copy.
 */
public final class G2 {
  /** The length of the compressed form. */
  public static final int BYTES = 96;

  private static final int COMPRESSED = 0x80;

  private final P2 point;

  private G2(P2 point) {
    this.point = point;
  }

  public static G2 generator() {
    return new G2(P2.generator());
  }

  /**
   * Reads the compressed form. {@code MESSAGE_INVALID}: not 96 bytes, not on the curve, not in the
   * group, or the point at infinity, which no honest key is.
   *
   * @param what the point's role, for the error
   */
  public static G2 decompress(String what, byte[] bytes) {
    if (bytes.length != BYTES || (bytes[0] & COMPRESSED) == 0) {
      throw invalid(what, "is not a compressed point of " + BYTES + " bytes");
    }
    P2 point;
    try {
      point = new P2(bytes);
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
    return new G2(point);
  }

  private static HubException invalid(String what, String reason) {
    return new HubException(ErrorCode.MESSAGE_INVALID, what + " " + reason);
  }

  public G2 times(Scalar scalar) {
    return new G2(point.dup().mult(scalar.blst()));
  }

  /** 96 bytes. */
  public Bytes compressed() {
    return new Bytes(point.compress());
  }

  P2 blst() {
    return point;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof G2 that && point.is_equal(that.point);
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
