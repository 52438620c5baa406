package io.vramhub.storage.walrus.redstuff;

/**
 * GF(2^16) modulo x^16 + x^5 + x^3 + x^2 + 1, its elements written in a Cantor basis: the field of
 * the Leopard code, in which a Reed-Solomon code is an additive Fourier transform (Lin, Chung and
 * Han, "Novel Polynomial Basis and Its Application to Reed-Solomon Erasure Codes", 2014).
 */
final class GaloisField {
  static final int BITS = 16;
  static final int ORDER = 1 << BITS;

  /** The number of elements other than zero; as a logarithm it stands for that of zero. */
  static final int MODULUS = ORDER - 1;

  private static final int POLYNOMIAL = 0x1002D;
  private static final int[] CANTOR_BASIS = {
    0x0001, 0xACCA, 0x3C0E, 0x163E, 0xC582, 0xED2E, 0x914C, 0x4012,
    0x6C98, 0x10D8, 0x6A72, 0xB900, 0xFDB8, 0xFB34, 0xFF38, 0x991E
  };

  private static final char[] LOG = new char[ORDER];
  private static final char[] EXP = new char[ORDER];
  private static final char[] SKEW = new char[MODULUS];

  static {
    fillLogarithms();
    fillSkew();
  }

  private GaloisField() {}

  /** The element times the one of that logarithm. */
  static int multiply(int element, int logarithm) {
    return element == 0 ? 0 : EXP[addLogarithms(LOG[element], logarithm)];
  }

  /**
   * The logarithm of what the transform multiplies with where the butterfly's lower half ends at
   * this point; {@link #MODULUS} stands for a factor of zero.
   */
  static int skew(int point) {
    return SKEW[point];
  }

  /** The sum modulo 2^16 - 1, left at 2^16 - 1 where it is that. */
  private static int addLogarithms(int a, int b) {
    int sum = a + b;
    return (sum + (sum >>> BITS)) & MODULUS;
  }

  private static void fillLogarithms() {
    int power = 1;
    for (int exponent = 0; exponent < MODULUS; exponent++) {
      EXP[power] = (char) exponent;
      power <<= 1;
      if (power >= ORDER) {
        power ^= POLYNOMIAL;
      }
    }
    EXP[0] = MODULUS;
    for (int bit = 0; bit < BITS; bit++) {
      int width = 1 << bit;
      for (int i = 0; i < width; i++) {
        LOG[i + width] = (char) (LOG[i] ^ CANTOR_BASIS[bit]);
      }
    }
    for (int element = 0; element < ORDER; element++) {
      LOG[element] = EXP[LOG[element]];
    }
    for (int element = 0; element < ORDER; element++) {
      EXP[LOG[element]] = (char) element;
    }
    EXP[MODULUS] = EXP[0];
  }

  private static void fillSkew() {
    int[] basis = new int[BITS - 1];
    for (int bit = 1; bit < BITS; bit++) {
      basis[bit - 1] = 1 << bit;
    }
    for (int level = 0; level < BITS - 1; level++) {
      int first = (1 << level) - 1;
      int step = 1 << (level + 1);
      SKEW[first] = 0;
      for (int bit = level; bit < BITS - 1; bit++) {
        int half = 1 << (bit + 1);
        for (int i = first; i < half; i += step) {
          SKEW[i + half] = (char) (SKEW[i] ^ basis[bit]);
        }
      }
      int scale = MODULUS - LOG[multiply(basis[level], LOG[basis[level] ^ 1])];
      for (int bit = level + 1; bit < BITS - 1; bit++) {
        basis[bit] = multiply(basis[bit], addLogarithms(LOG[basis[bit] ^ 1], scale));
      }
    }
    for (int i = 0; i < MODULUS; i++) {
      SKEW[i] = LOG[SKEW[i]];
    }
  }
}
