package io.vramhub.storage.walrus.redstuff;

import java.util.Arrays;

/**
 * The root of a Merkle tree over leaves that come one by one. A level with an odd number of nodes
 * is filled up with a node of zeros. For one thread at a time.
 */
final class MerkleFrontier {
  private static final byte LEAF = 0;
  private static final byte INNER = 1;

  private final Blake2b blake;
  private final byte[] pair = new byte[1 + 2 * Blake2b.LENGTH];
  private final byte[] node = new byte[Blake2b.LENGTH];

  /** By level, the left node that waits for its right one. */
  private final byte[] waiting;

  private long leaves;

  MerkleFrontier(Blake2b blake, int mostLeaves) {
    this.blake = blake;
    int levels = Integer.SIZE - Integer.numberOfLeadingZeros(mostLeaves);
    waiting = new byte[levels * Blake2b.LENGTH];
    pair[0] = INNER;
  }

  /**
   * The hash of a leaf.
   *
   * @param prefixed room for one byte, then the leaf
   * @param length of the leaf with that byte
   */
  static void leaf(Blake2b blake, byte[] prefixed, int length, byte[] target, int offset) {
    prefixed[0] = LEAF;
    blake.hash(prefixed, length, target, offset);
  }

  /** Adds the next leaf by its hash. */
  void add(byte[] hashes, int offset) {
    System.arraycopy(hashes, offset, node, 0, Blake2b.LENGTH);
    rise(0);
    leaves++;
  }

  private void rise(int from) {
    int level = from;
    for (; (leaves >>> level & 1) == 1; level++) {
      join(level);
    }
    System.arraycopy(node, 0, waiting, level * Blake2b.LENGTH, Blake2b.LENGTH);
  }

  private void join(int level) {
    System.arraycopy(waiting, level * Blake2b.LENGTH, pair, 1, Blake2b.LENGTH);
    System.arraycopy(node, 0, pair, 1 + Blake2b.LENGTH, Blake2b.LENGTH);
    blake.hash(pair, pair.length, node, 0);
  }

  /** The root over the leaves so far, of which there is at least one. Nothing may follow. */
  void root(byte[] target, int offset) {
    int top = Long.SIZE - 1 - Long.numberOfLeadingZeros(leaves);
    boolean carried = false;
    for (int level = 0; level < top; level++) {
      boolean odd = (leaves >>> level & 1) == 1;
      if (carried && odd) {
        join(level);
      } else if (carried || odd) {
        byte[] left = carried ? node.clone() : left(level);
        System.arraycopy(left, 0, pair, 1, Blake2b.LENGTH);
        Arrays.fill(pair, 1 + Blake2b.LENGTH, pair.length, (byte) 0);
        blake.hash(pair, pair.length, node, 0);
        carried = true;
      }
    }
    if (carried) {
      join(top);
    } else {
      System.arraycopy(left(top), 0, node, 0, Blake2b.LENGTH);
    }
    System.arraycopy(node, 0, target, offset, Blake2b.LENGTH);
  }

  private byte[] left(int level) {
    return Arrays.copyOfRange(waiting, level * Blake2b.LENGTH, (level + 1) * Blake2b.LENGTH);
  }
}
