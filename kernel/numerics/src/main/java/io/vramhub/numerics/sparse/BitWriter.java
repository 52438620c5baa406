package io.vramhub.numerics.sparse;

import java.util.Arrays;

/** Packs bits into bytes, the first bit lowest; the last byte is filled with zeros. */
public final class BitWriter {
  private byte[] bytes;
  private int length;
  private long pending;
  private int pendingBits;

  /**
   * @param expectedBytes room to start with; it grows as needed
   */
  public BitWriter(int expectedBytes) {
    bytes = new byte[expectedBytes + Long.BYTES];
  }

  /** Appends the {@code count} low bits of {@code value}, at most 32; the others must be zero. */
  public void bits(long value, int count) {
    pending |= value << pendingBits;
    pendingBits += count;
    if (pendingBits >= 32) {
      if (length + Integer.BYTES > bytes.length) {
        bytes = Arrays.copyOf(bytes, bytes.length * 2);
      }
      for (int i = 0; i < 4; i++) {
        bytes[length++] = (byte) (pending >>> (8 * i));
      }
      pending >>>= 32;
      pendingBits -= 32;
    }
  }

  /** Appends zero bits. */
  public void zeros(int count) {
    for (int left = count; left > 0; left -= 32) {
      bits(0, Math.min(left, 32));
    }
  }

  /** Everything written so far. */
  public byte[] toByteArray() {
    int tail = (pendingBits + 7) / 8;
    byte[] packed = Arrays.copyOf(bytes, length + tail);
    for (int i = 0; i < tail; i++) {
      packed[length + i] = (byte) (pending >>> (8 * i));
    }
    return packed;
  }
}
