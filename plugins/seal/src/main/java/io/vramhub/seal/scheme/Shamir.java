package io.vramhub.seal.scheme;

import io.vramhub.api.model.Bytes;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * Shamir's secret sharing, byte by byte over GF(2^8): any {@code threshold} shares give the secret,
 * fewer say nothing about it.
 */
final class Shamir {
  private Shamir() {}

  /**
   * One share.
   *
   * @param index 1 to 255
   */
  record Share(int index, Bytes value) {}

  /** Shares with the indices 1 to {@code count}. */
  static List<Share> split(byte[] secret, int threshold, int count, SecureRandom random) {
    // Row 0 is the secret, the others the coefficients of x, x^2, ...
    byte[][] coefficients = new byte[threshold][];
    coefficients[0] = secret;
    for (int power = 1; power < threshold; power++) {
      coefficients[power] = new byte[secret.length];
      random.nextBytes(coefficients[power]);
    }
    List<Share> shares = new ArrayList<>();
    for (int index = 1; index <= count; index++) {
      byte[] value = new byte[secret.length];
      for (int i = 0; i < value.length; i++) {
        int sum = 0;
        for (int power = threshold - 1; power >= 0; power--) {
          sum = Gf256.multiply(sum, index) ^ (coefficients[power][i] & 0xff);
        }
        value[i] = (byte) sum;
      }
      shares.add(new Share(index, new Bytes(value)));
    }
    return shares;
  }

  /**
   * The value at a place of the one polynomial, of lower degree than there are shares, that goes
   * through them all (Lagrange); at 0 the secret.
   *
   * @param shares of different indices and equal lengths
   */
  static byte[] interpolate(List<Share> shares, int place) {
    byte[] value = new byte[shares.getFirst().value().length()];
    for (Share share : shares) {
      int numerator = 1;
      int denominator = 1;
      for (Share other : shares) {
        if (other.index() != share.index()) {
          numerator = Gf256.multiply(numerator, place ^ other.index());
          denominator = Gf256.multiply(denominator, share.index() ^ other.index());
        }
      }
      int weight = Gf256.multiply(numerator, Gf256.invert(denominator));
      byte[] bytes = share.value().array();
      for (int i = 0; i < value.length; i++) {
        value[i] ^= (byte) Gf256.multiply(weight, bytes[i] & 0xff);
      }
    }
    return value;
  }
}
