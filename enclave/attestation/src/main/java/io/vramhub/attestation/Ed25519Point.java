package io.vramhub.attestation;

import io.vramhub.api.model.Bytes;
import java.math.BigInteger;
import java.util.Optional;

/**
 * A point of edwards25519 (RFC 8032 section 5.1) in extended coordinates, just enough to tell a key
 * that a signer can have made from one chosen to make signatures meaningless: of small order, off
 * the curve, or in a second spelling.
 */
record Ed25519Point(BigInteger x, BigInteger y, BigInteger z, BigInteger t) {
  private static final BigInteger P =
      BigInteger.ONE.shiftLeft(255).subtract(BigInteger.valueOf(19));

  /** The prime order of the subgroup that honest keys lie in. */
  private static final BigInteger ORDER =
      BigInteger.ONE.shiftLeft(252).add(new BigInteger("27742317777372353535851937790883648493"));

  private static final BigInteger D =
      BigInteger.valueOf(-121665).multiply(BigInteger.valueOf(121666).modInverse(P)).mod(P);
  private static final BigInteger SQRT_MINUS_ONE =
      BigInteger.TWO.modPow(P.subtract(BigInteger.ONE).shiftRight(2), P);
  private static final Ed25519Point NEUTRAL =
      new Ed25519Point(BigInteger.ZERO, BigInteger.ONE, BigInteger.ONE, BigInteger.ZERO);

  /**
   * Whether the bytes are the one encoding of a point of prime order. Such a point is neither
   * neutral nor of small order, and no part of it is.
   */
  static boolean hasPrimeOrder(Bytes key) {
    return decode(key)
        .filter(point -> !point.isNeutral() && point.times(ORDER).isNeutral())
        .isPresent();
  }

  /** The point of a 32-byte encoding; empty if it is not canonical or not on the curve. */
  static Optional<Ed25519Point> decode(Bytes key) {
    if (key.length() != 32) {
      return Optional.empty();
    }
    byte[] bigEndian = reversed(key.array());
    boolean odd = bigEndian[0] < 0;
    bigEndian[0] &= 0x7f;
    BigInteger y = new BigInteger(1, bigEndian);
    if (y.compareTo(P) >= 0) {
      return Optional.empty();
    }
    BigInteger ySquared = y.multiply(y).mod(P);
    BigInteger u = ySquared.subtract(BigInteger.ONE).mod(P);
    BigInteger v = D.multiply(ySquared).add(BigInteger.ONE).mod(P);
    BigInteger xSquared = u.multiply(v.modInverse(P)).mod(P);
    // P = 5 mod 8, so a root of a square is this power of it, up to the root of -1.
    BigInteger x = xSquared.modPow(P.add(BigInteger.valueOf(3)).shiftRight(3), P);
    if (!x.multiply(x).mod(P).equals(xSquared)) {
      x = x.multiply(SQRT_MINUS_ONE).mod(P);
    }
    if (!x.multiply(x).mod(P).equals(xSquared) || (x.signum() == 0 && odd)) {
      return Optional.empty();
    }
    if (x.testBit(0) != odd) {
      x = P.subtract(x);
    }
    return Optional.of(new Ed25519Point(x, y, BigInteger.ONE, x.multiply(y).mod(P)));
  }

  private static byte[] reversed(byte[] bytes) {
    byte[] reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      reversed[i] = bytes[bytes.length - 1 - i];
    }
    return reversed;
  }

  private boolean isNeutral() {
    return x.signum() == 0 && y.equals(z);
  }

  private Ed25519Point times(BigInteger scalar) {
    Ed25519Point sum = NEUTRAL;
    for (int bit = scalar.bitLength() - 1; bit >= 0; bit--) {
      sum = sum.plus(sum);
      if (scalar.testBit(bit)) {
        sum = sum.plus(this);
      }
    }
    return sum;
  }

  /** The complete addition of RFC 8032 section 5.1.4, which also doubles. */
  private Ed25519Point plus(Ed25519Point that) {
    BigInteger a = y.subtract(x).multiply(that.y.subtract(that.x)).mod(P);
    BigInteger b = y.add(x).multiply(that.y.add(that.x)).mod(P);
    BigInteger c = t.multiply(D).mod(P).multiply(that.t).shiftLeft(1).mod(P);
    BigInteger d = z.multiply(that.z).shiftLeft(1).mod(P);
    BigInteger e = b.subtract(a);
    BigInteger f = d.subtract(c);
    BigInteger g = d.add(c);
    BigInteger h = b.add(a);
    return new Ed25519Point(
        e.multiply(f).mod(P), g.multiply(h).mod(P), f.multiply(g).mod(P), e.multiply(h).mod(P));
  }
}
