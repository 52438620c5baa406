package io.vramhub.storage.walrus.redstuff;

/**
 * How a symbol's bytes are the elements of the field: in blocks of 64 bytes, the low bytes of 32
 * elements and then their high bytes; a shorter last block is halved the same way.
 */
final class Symbols {
  private static final int BLOCK = 64;

  private Symbols() {}

  static void toElements(byte[] bytes, int offset, int length, char[] elements, int target) {
    int element = target;
    for (int from = 0; from < length; from += BLOCK) {
      int half = Math.min(BLOCK, length - from) / 2;
      int low = offset + from;
      for (int i = 0; i < half; i++) {
        elements[element++] = (char) (bytes[low + i] & 0xff | bytes[low + half + i] << 8);
      }
    }
  }

  static void toBytes(char[] elements, int source, byte[] bytes, int offset, int length) {
    int element = source;
    for (int from = 0; from < length; from += BLOCK) {
      int half = Math.min(BLOCK, length - from) / 2;
      int low = offset + from;
      for (int i = 0; i < half; i++) {
        char value = elements[element++];
        bytes[low + i] = (byte) value;
        bytes[low + half + i] = (byte) (value >>> 8);
      }
    }
  }
}
