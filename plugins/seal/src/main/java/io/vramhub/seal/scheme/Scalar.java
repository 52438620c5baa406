package io.vramhub.seal.scheme;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import java.math.BigInteger;
import java.security.SecureRandom;

/**
 * A number from 1 to the curve's order minus 1. It is as secret as a key, so it never prints
 * itself.
 */
public final class Scalar {
  public static final int BYTES = 32;

  /** The order of both groups of BLS12-381. */
  static final BigInteger ORDER =
      new BigInteger("73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001", 16);

  private final BigInteger value;

  private Scalar(BigInteger value) {
    this.value = value;
  }

  /** Uniform: numbers out of range are drawn again. */
  public static Scalar random(SecureRandom random) {
    while (true) {
      BigInteger drawn = new BigInteger(ORDER.bitLength(), random);
      if (inRange(drawn)) {
        return new Scalar(drawn);
      }
    }
  }

  /** {@code MESSAGE_INVALID}: not 32 big-endian bytes of a number in range. */
  public static Scalar ofBigEndian(byte[] bytes) {
    BigInteger value = new BigInteger(1, bytes);
    if (bytes.length != BYTES || !inRange(value)) {
      throw new HubException(
          ErrorCode.MESSAGE_INVALID,
          "a scalar is 32 big-endian bytes of a number from 1 to the order of BLS12-381 minus 1");
    }
    return new Scalar(value);
  }

  /** The remainder by the order; the caller's bytes are long enough for that to be uniform. */
  static Scalar reduced(byte[] bigEndian) {
    BigInteger value = new BigInteger(1, bigEndian).mod(ORDER);
    if (value.signum() == 0) {
      throw new HubException(ErrorCode.KEY_INVALID, "the seed gives no key; take another one");
    }
    return new Scalar(value);
  }

  private static boolean inRange(BigInteger value) {
    return value.signum() > 0 && value.compareTo(ORDER) < 0;
  }

  /** 32 bytes. */
  public byte[] toBigEndian() {
    byte[] bytes = new byte[BYTES];
    byte[] shortest = value.toByteArray();
    // A leading zero byte of the sign may precede a full-length number.
    int length = Math.min(shortest.length, BYTES);
    System.arraycopy(shortest, shortest.length - length, bytes, BYTES - length, length);
    return bytes;
  }

  /** For blst, whose scalar multiplication takes the same time for every number. */
  supranational.blst.Scalar blst() {
    return new supranational.blst.Scalar().from_bendian(toBigEndian());
  }

  @Override
  public String toString() {
    return "***";
  }
}
