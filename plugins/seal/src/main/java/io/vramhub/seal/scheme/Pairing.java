package io.vramhub.seal.scheme;

import supranational.blst.PT;

/** The optimal ate pairing of BLS12-381. */
final class Pairing {
  /** The length of an element of the target group: twelve numbers of 48 bytes. */
  static final int BYTES = 576;

  private Pairing() {}

  /**
   * The element of the target group, big-endian, in the order of {@code blst_bendian_from_fp12}.
   */
  static byte[] bytes(G1 first, G2 second) {
    return miller(first, second).final_exp().to_bendian();
  }

  /** Whether the pairings of both pairs are equal; cheaper than to compute both. */
  static boolean areEqual(G1 first, G2 second, G1 third, G2 fourth) {
    return PT.finalverify(miller(first, second), miller(third, fourth));
  }

  private static PT miller(G1 first, G2 second) {
    return new PT(first.blst().to_affine(), second.blst().to_affine());
  }
}
