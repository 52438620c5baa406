package io.vramhub.seal.scheme;

/**
 * The field of 256 elements as AES has it, modulo x^8 + x^4 + x^3 + x + 1. Neither branches nor
 * looks anything up by its operands, since they are secret; addition is exclusive or.
 */
final class Gf256 {
  private static final int REDUCTION = 0x1b;

  private Gf256() {}

  static int multiply(int first, int second) {
    int product = 0;
    int multiple = first;
    for (int bit = 0; bit < Byte.SIZE; bit++) {
      product ^= multiple & -((second >>> bit) & 1);
      int overflow = -((multiple >>> 7) & 1);
      multiple = ((multiple << 1) ^ (REDUCTION & overflow)) & 0xff;
    }
    return product;
  }

  /** The multiplicative inverse, which is the 254th power; of zero, zero. */
  static int invert(int element) {
    int inverse = 1;
    int power = element;
    // 254 = 2 + 4 + ... + 128
    for (int i = 1; i < Byte.SIZE; i++) {
      power = multiply(power, power);
      inverse = multiply(inverse, power);
    }
    return inverse;
  }
}
