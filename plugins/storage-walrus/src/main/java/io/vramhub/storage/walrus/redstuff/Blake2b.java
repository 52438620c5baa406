package io.vramhub.storage.walrus.redstuff;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Unkeyed BLAKE2b-256 (RFC 7693) of short messages in memory. For one thread at a time. */
final class Blake2b {
  static final int LENGTH = 32;

  private static final int BLOCK = 128;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** The fractional parts of the square roots of the first eight primes. */
  private static final long[] INITIAL = {
    0x6a09e667f3bcc908L, 0xbb67ae8584caa73bL, 0x3c6ef372fe94f82bL, 0xa54ff53a5f1d36f1L,
    0x510e527fade682d1L, 0x9b05688c2b3e6c1fL, 0x1f83d9abfb41bd6bL, 0x5be0cd19137e2179L
  };

  /** Output length 32, no key, fan-out and depth 1. */
  private static final long PARAMETERS = 0x01010000L ^ LENGTH;

  private static final byte[][] ORDER = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4},
    {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13},
    {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11},
    {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5},
    {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3}
  };

  private final long[] state = new long[8];
  private final long[] mixed = new long[16];
  private final long[] words = new long[16];
  private final byte[] lastBlock = new byte[BLOCK];

  /** Writes the hash of the first {@code length} bytes of the message to the target. */
  void hash(byte[] message, int length, byte[] target, int offset) {
    System.arraycopy(INITIAL, 0, state, 0, state.length);
    state[0] ^= PARAMETERS;
    int from = 0;
    for (; length - from > BLOCK; from += BLOCK) {
      load(message, from);
      compress(from + BLOCK, false);
    }
    Arrays.fill(lastBlock, (byte) 0);
    System.arraycopy(message, from, lastBlock, 0, length - from);
    load(lastBlock, 0);
    compress(length, true);
    for (int i = 0; i < LENGTH / Long.BYTES; i++) {
      LONGS.set(target, offset + i * Long.BYTES, state[i]);
    }
  }

  private void load(byte[] block, int offset) {
    for (int i = 0; i < words.length; i++) {
      words[i] = (long) LONGS.get(block, offset + i * Long.BYTES);
    }
  }

  private void compress(long counter, boolean last) {
    System.arraycopy(state, 0, mixed, 0, 8);
    System.arraycopy(INITIAL, 0, mixed, 8, 8);
    mixed[12] ^= counter;
    if (last) {
      mixed[14] = ~mixed[14];
    }
    for (byte[] order : ORDER) {
      mix(0, 4, 8, 12, words[order[0]], words[order[1]]);
      mix(1, 5, 9, 13, words[order[2]], words[order[3]]);
      mix(2, 6, 10, 14, words[order[4]], words[order[5]]);
      mix(3, 7, 11, 15, words[order[6]], words[order[7]]);
      mix(0, 5, 10, 15, words[order[8]], words[order[9]]);
      mix(1, 6, 11, 12, words[order[10]], words[order[11]]);
      mix(2, 7, 8, 13, words[order[12]], words[order[13]]);
      mix(3, 4, 9, 14, words[order[14]], words[order[15]]);
    }
    for (int i = 0; i < state.length; i++) {
      state[i] ^= mixed[i] ^ mixed[i + 8];
    }
  }

  private void mix(int a, int b, int c, int d, long first, long second) {
    long[] v = mixed;
    v[a] += v[b] + first;
    v[d] = Long.rotateRight(v[d] ^ v[a], 32);
    v[c] += v[d];
    v[b] = Long.rotateRight(v[b] ^ v[c], 24);
    v[a] += v[b] + second;
    v[d] = Long.rotateRight(v[d] ^ v[a], 16);
    v[c] += v[d];
    v[b] = Long.rotateRight(v[b] ^ v[c], 63);
  }
}
