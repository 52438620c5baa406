package io.vramhub.numerics.sparse;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Reads what {@link BitWriter} wrote, from any bit on. Reading past the end gives zeros and is told
 * by {@link #position()}, so that hostile bits need no check per read. Not thread-safe; {@link
 * #fork()} gives another thread its own position over the same bytes.
 */
public final class BitReader {
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Bits that one unaligned word always holds. */
  private static final int PEEK = 57;

  /** The bytes and one word of zeros. */
  private final byte[] padded;

  private final long limit;
  private long position;

  public BitReader(byte[] bytes) {
    this(Arrays.copyOf(bytes, bytes.length + Long.BYTES), 8L * bytes.length);
  }

  private BitReader(byte[] padded, long limit) {
    this.padded = padded;
    this.limit = limit;
  }

  /** Another reader over the same bytes, at their start. */
  public BitReader fork() {
    return new BitReader(padded, limit);
  }

  /** The next bit to read, counted from the first. */
  public long position() {
    return position;
  }

  /** Number of bits there are. */
  public long limit() {
    return limit;
  }

  public void seek(long bit) {
    position = bit;
  }

  /** The next {@code count} bits, at most 32. */
  public long bits(int count) {
    long word = peek() & ((1L << count) - 1);
    position += count;
    return word;
  }

  /**
   * Reads one number in Rice's code: zero bits that count its quotient, a one, its remainder.
   *
   * @param parameter bits of the remainder
   * @return the number, or -1 if the quotient is above {@code maximum} or the bits end within it
   */
  public int rice(int parameter, int maximum) {
    long word = peek();
    int zeros = Long.numberOfTrailingZeros(word);
    int length = zeros + 1 + parameter;
    if (length > PEEK) {
      return longRice(parameter, maximum);
    }
    position += length;
    int remainder = (int) (word >>> zeros + 1) & (1 << parameter) - 1;
    return zeros <= maximum ? zeros << parameter | remainder : -1;
  }

  /** The same for a number that does not fit one word. */
  private int longRice(int parameter, int maximum) {
    int zeros = 0;
    while (zeros <= maximum && position < limit) {
      int more = Math.min(PEEK, Long.numberOfTrailingZeros(peek()));
      zeros += more;
      position += more;
      if (more < PEEK) {
        position++;
        return zeros <= maximum ? zeros << parameter | (int) bits(parameter) : -1;
      }
    }
    return -1;
  }

  /** At least {@link #PEEK} bits from the position on, the others zero; all zero past the end. */
  private long peek() {
    if (position >= limit) {
      return 0;
    }
    return (long) WORD.get(padded, (int) (position >>> 3)) >>> (position & 7);
  }
}
