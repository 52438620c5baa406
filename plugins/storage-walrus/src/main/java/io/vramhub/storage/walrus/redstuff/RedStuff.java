package io.vramhub.storage.walrus.redstuff;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;

/**
 * Names blobs as Walrus does, encoding {@code RS2} ("Walrus: An Efficient Decentralized Storage
 * Network", 2025, and the crate {@code walrus-core}).
 *
 * <p>With {@code n} shards and {@code f = (n - 1) / 3}, a blob fills a matrix of {@code n - 2f}
 * rows and {@code n - f} columns of symbols, row by row. Every column and every row is extended to
 * {@code n} symbols by a Reed-Solomon code. Row {@code i} of the extended matrix is what shard
 * {@code i} can check its primary sliver against, column {@code i} its secondary sliver; a Merkle
 * tree is taken over each, then one over all pairs of their roots, and the blob's id is the hash of
 * that root, the encoding and the length.
 *
 * <p>Thread-safe. While it names a blob it holds the extended rows in memory: 1.5 times the blob
 * for 1,000 shards, and some megabytes.
 */
public final class RedStuff {
  /** Bytes of a blob id. */
  public static final int ID_BYTES = Blake2b.LENGTH;

  private static final byte ENCODING_RS2 = 1;
  private static final int LARGEST_SYMBOL = 65_534;

  /** Elements coded side by side: enough to pay for the tables, few enough for the cache. */
  private static final int SIDE_BY_SIDE = 1_024;

  private final int shards;
  private final int rows;
  private final int columns;

  /**
   * Names blobs for a network.
   *
   * @param shards of the network's committee, 1,000 on Walrus' public networks
   */
  public RedStuff(int shards) {
    if (shards < 4 || shards > 10_000) {
      throw new IllegalArgumentException("Walrus has 4 to 10,000 shards, not " + shards);
    }
    this.shards = shards;
    int faulty = (shards - 1) / 3;
    rows = shards - 2 * faulty;
    columns = shards - faulty;
  }

  /** The longest blob, in bytes. */
  public long longestBlob() {
    return (long) rows * columns * LARGEST_SYMBOL;
  }

  /**
   * The blob's id as Walrus writes it: 43 characters of base64url.
   *
   * @throws IllegalArgumentException if the blob is longer than {@link #longestBlob()}
   */
  public String blobId(MemorySegment blob) {
    if (blob.byteSize() > longestBlob()) {
      throw new IllegalArgumentException(
          "a blob on "
              + shards
              + " shards has at most "
              + longestBlob()
              + " bytes, not "
              + blob.byteSize());
    }
    ByteBuffer derivation =
        ByteBuffer.allocate(1 + Long.BYTES + Blake2b.LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    derivation.put(ENCODING_RS2).putLong(blob.byteSize()).put(metadataRoot(blob));
    byte[] id = new byte[ID_BYTES];
    new Blake2b().hash(derivation.array(), derivation.capacity(), id, 0);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(id);
  }

  private byte[] metadataRoot(MemorySegment blob) {
    int symbol = symbolBytes(blob.byteSize());
    byte[][] extended = extendRows(blob, symbol);
    Blake2b blake = new Blake2b();
    byte[] columnRoots = new byte[shards * Blake2b.LENGTH];
    MerkleFrontier[] rowTrees = new MerkleFrontier[shards];
    for (int row = 0; row < shards; row++) {
      rowTrees[row] = new MerkleFrontier(blake, shards);
    }
    int together = sideBySide(symbol, shards);
    int elements = symbol / 2;
    ReedSolomon code = new ReedSolomon(rows, shards - rows, together * elements);
    char[] points = new char[code.row(shards)];
    byte[] leaf = new byte[1 + symbol];
    byte[] hash = new byte[Blake2b.LENGTH];
    for (int first = 0; first < shards; first += together) {
      int taken = Math.min(together, shards - first);
      for (int row = 0; row < rows; row++) {
        for (int i = 0; i < taken; i++) {
          Symbols.toElements(
              extended[row], (first + i) * symbol, symbol, points, code.row(row) + i * elements);
        }
      }
      code.encode(points);
      for (int i = 0; i < taken; i++) {
        MerkleFrontier columnTree = new MerkleFrontier(blake, shards);
        for (int row = 0; row < shards; row++) {
          Symbols.toBytes(points, code.row(row) + i * elements, leaf, 1, symbol);
          MerkleFrontier.leaf(blake, leaf, leaf.length, hash, 0);
          columnTree.add(hash, 0);
          rowTrees[row].add(hash, 0);
        }
        columnTree.root(columnRoots, (first + i) * Blake2b.LENGTH);
      }
    }
    return pairRoot(blake, rowTrees, columnRoots);
  }

  /** The rows of the blob, each extended to all columns; bytes, row by row. */
  private byte[][] extendRows(MemorySegment blob, int symbol) {
    int together = sideBySide(symbol, rows);
    int elements = symbol / 2;
    ReedSolomon code = new ReedSolomon(columns, shards - columns, together * elements);
    char[] points = new char[code.row(shards)];
    byte[][] extended = new byte[rows][shards * symbol];
    for (int first = 0; first < rows; first += together) {
      int taken = Math.min(together, rows - first);
      for (int i = 0; i < taken; i++) {
        byte[] row = extended[first + i];
        copyRow(blob, first + i, row, columns * symbol);
        for (int column = 0; column < columns; column++) {
          Symbols.toElements(row, column * symbol, symbol, points, code.row(column) + i * elements);
        }
      }
      code.encode(points);
      for (int i = 0; i < taken; i++) {
        for (int column = columns; column < shards; column++) {
          Symbols.toBytes(
              points,
              code.row(column) + i * elements,
              extended[first + i],
              column * symbol,
              symbol);
        }
      }
    }
    return extended;
  }

  /** The blob's bytes of a row; what lies behind its end is zero. */
  private static void copyRow(MemorySegment blob, int row, byte[] target, int rowBytes) {
    long from = (long) row * rowBytes;
    int length = (int) Math.clamp(blob.byteSize() - from, 0, rowBytes);
    if (length > 0) {
      MemorySegment.copy(blob, ValueLayout.JAVA_BYTE, from, target, 0, length);
    }
  }

  /** A sliver pair is row {@code i} and the {@code i}-th column from the end. */
  private byte[] pairRoot(Blake2b blake, MerkleFrontier[] rowTrees, byte[] columnRoots) {
    MerkleFrontier pairs = new MerkleFrontier(blake, shards);
    byte[] leaf = new byte[1 + 2 * Blake2b.LENGTH];
    byte[] hash = new byte[Blake2b.LENGTH];
    for (int pair = 0; pair < shards; pair++) {
      rowTrees[pair].root(leaf, 1);
      int column = (shards - 1 - pair) * Blake2b.LENGTH;
      System.arraycopy(columnRoots, column, leaf, 1 + Blake2b.LENGTH, Blake2b.LENGTH);
      MerkleFrontier.leaf(blake, leaf, leaf.length, hash, 0);
      pairs.add(hash, 0);
    }
    pairs.root(hash, 0);
    return hash;
  }

  /** The least even size with which the blob fits into the matrix. */
  private int symbolBytes(long length) {
    long bytes = Math.ceilDiv(Math.max(1, length), (long) rows * columns);
    return (int) (bytes + bytes % 2);
  }

  private static int sideBySide(int symbol, int available) {
    return Math.clamp(SIDE_BY_SIDE / (symbol / 2), 1, available);
  }
}
