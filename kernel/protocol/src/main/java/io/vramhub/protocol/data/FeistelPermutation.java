package io.vramhub.protocol.data;

import io.vramhub.api.model.Digest;
import java.security.DigestException;
import java.security.MessageDigest;

/**
 * A keyed permutation of {@code 0 .. size-1} that is computed position by position, so that a
 * slot's pages are known without shuffling the whole dataset (protocol section 3).
 *
 * <p>The smallest power of two {@code 2^b >= size} (b at least 2) is permuted by an alternating
 * Feistel network of ten rounds over the high {@code b/2} and the low {@code b - b/2} bits; results
 * outside the range are permuted again until they fall inside (cycle walking, less than two turns
 * on average for sizes above 2). Round {@code i} of half {@code x} is the first eight bytes,
 * little-endian, of {@code SHA-256(key[32] | u8 i | u64 x)}; even rounds change the high half, odd
 * rounds the low half. Immutable, usable from any thread.
 */
public final class FeistelPermutation {
  private static final int ROUNDS = 10;
  private static final int MINIMUM_BITS = 2;
  private static final int MAXIMUM_BITS = 62;

  private final byte[] key;
  private final long size;
  private final int highBits;
  private final int lowBits;

  /**
   * @param key 32 bytes
   * @param size number of positions, at least 1 and at most 2^62
   */
  public FeistelPermutation(byte[] key, long size) {
    if (key.length != Digest.LENGTH) {
      throw new IllegalArgumentException("a permutation's key has 32 bytes, not " + key.length);
    }
    if (size < 1 || size > 1L << MAXIMUM_BITS) {
      throw new IllegalArgumentException("a permutation has 1 to 2^62 positions, not " + size);
    }
    this.key = key.clone();
    this.size = size;
    int bits = Math.max(MINIMUM_BITS, Long.SIZE - Long.numberOfLeadingZeros(size - 1));
    this.highBits = bits / 2;
    this.lowBits = bits - highBits;
  }

  /** The image of a position. */
  public long at(long position) {
    if (position < 0 || position >= size) {
      throw new IllegalArgumentException(
          "position " + position + " is outside a permutation of " + size);
    }
    Round round = new Round(key);
    long image = position;
    do {
      image = permute(round, image);
    } while (image >= size);
    return image;
  }

  private long permute(Round round, long value) {
    long high = value >>> lowBits;
    long low = value & mask(lowBits);
    for (int i = 0; i < ROUNDS; i += 2) {
      high ^= round.of(i, low) & mask(highBits);
      low ^= round.of(i + 1, high) & mask(lowBits);
    }
    return high << lowBits | low;
  }

  private static long mask(int bits) {
    return (1L << bits) - 1;
  }

  /** The round function with its scratch space, for one thread. */
  private static final class Round {
    private final MessageDigest hash = Digest.newSha256();
    private final byte[] input = new byte[Digest.LENGTH + 1 + Long.BYTES];
    private final byte[] output = new byte[Digest.LENGTH];

    Round(byte[] key) {
      System.arraycopy(key, 0, input, 0, key.length);
    }

    long of(int number, long half) {
      input[Digest.LENGTH] = (byte) number;
      LittleEndian.put(input, Digest.LENGTH + 1, half);
      hash.update(input);
      try {
        hash.digest(output, 0, output.length);
      } catch (DigestException e) {
        throw new AssertionError("the output has room for a SHA-256", e);
      }
      return LittleEndian.get(output, 0);
    }
  }
}
