package io.vramhub.storage.walrus.redstuff;

/** Bytes that look random, the same in {@code src/test/peer}: Marsaglia's xorshift32. */
final class Noise {
  private static final int SEED = 0x9E3779B9;

  private Noise() {}

  static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    int state = SEED ^ length;
    for (int i = 0; i < length; i++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      bytes[i] = (byte) state;
    }
    return bytes;
  }
}
