package io.vramhub.protocol.data;

import io.vramhub.api.model.Digest;
import io.vramhub.api.model.ProvenPage;
import io.vramhub.protocol.message.BcsWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;

/**
 * The Merkle tree over a dataset's pages (protocol section 3), which lets an enclave check single
 * pages against the root that the chain names.
 *
 * <p>A leaf is {@code H("vramhub/page/1" | page)}, a node {@code H("vramhub/page-node/1" | left |
 * right)}; a last node without a neighbour rises unchanged. The shape follows from the number of
 * pages alone, so a path of the wrong length, or for another index, cannot verify. The tree holds
 * 64 bytes per page outside the heap. Immutable, usable from any thread.
 */
public final class PageTree {
  private final MemorySegment nodes;
  private final long pages;

  private PageTree(MemorySegment nodes, long pages) {
    this.nodes = nodes;
    this.pages = pages;
  }

  /**
   * Hashes every page once, in order.
   *
   * @param pages their number, at least 1
   * @param page the bytes of one
   */
  public static PageTree build(long pages, LongFunction<byte[]> page) {
    if (pages < 1) {
      throw new IllegalArgumentException("a tree has at least one page, not " + pages);
    }
    MemorySegment nodes = Arena.ofAuto().allocate(nodes(pages) * Digest.LENGTH);
    Hash hash = new Hash();
    for (long i = 0; i < pages; i++) {
      set(nodes, i, hash.leaf(page.apply(i)));
    }
    long level = 0;
    for (long width = pages; width > 1; width = parents(width)) {
      long above = level + width;
      for (long i = 0; i < width; i += 2) {
        byte[] left = get(nodes, level + i);
        set(
            nodes,
            above + i / 2,
            i + 1 < width ? hash.node(left, get(nodes, level + i + 1)) : left);
      }
      level = above;
    }
    return new PageTree(nodes, pages);
  }

  public Digest root() {
    return Digest.of(get(nodes, nodes(pages) - 1));
  }

  /** The neighbours that tie a page to the root, from the leaf upward. */
  public List<Digest> path(long page) {
    if (page < 0 || page >= pages) {
      throw new IllegalArgumentException("page " + page + " is outside a tree of " + pages);
    }
    List<Digest> path = new ArrayList<>();
    long level = 0;
    long index = page;
    for (long width = pages; width > 1; width = parents(width)) {
      long neighbour = index ^ 1;
      if (neighbour < width) {
        path.add(Digest.of(get(nodes, level + neighbour)));
      }
      level += width;
      index >>>= 1;
    }
    return List.copyOf(path);
  }

  /** Whether the page is the one with its index in the dataset of that root and size. */
  public static boolean verifies(ProvenPage page, Digest root, long pages) {
    if (page.index() < 0 || page.index() >= pages) {
      return false;
    }
    Hash hash = new Hash();
    byte[] value = hash.leaf(page.tokens().array());
    int used = 0;
    long index = page.index();
    for (long width = pages; width > 1; width = parents(width)) {
      if ((index ^ 1) < width) {
        if (used == page.path().size()) {
          return false;
        }
        byte[] neighbour = page.path().get(used++).array();
        value = (index & 1) == 0 ? hash.node(value, neighbour) : hash.node(neighbour, value);
      }
      index >>>= 1;
    }
    return used == page.path().size() && Digest.of(value).equals(root);
  }

  private static long parents(long width) {
    return (width + 1) >>> 1;
  }

  private static long nodes(long pages) {
    long sum = 1;
    for (long width = pages; width > 1; width = parents(width)) {
      sum += width;
    }
    return sum;
  }

  private static byte[] get(MemorySegment nodes, long node) {
    return nodes.asSlice(node * Digest.LENGTH, Digest.LENGTH).toArray(ValueLayout.JAVA_BYTE);
  }

  private static void set(MemorySegment nodes, long node, byte[] digest) {
    MemorySegment.copy(
        digest, 0, nodes, ValueLayout.JAVA_BYTE, node * Digest.LENGTH, Digest.LENGTH);
  }

  /**
   * {@code CanonicalHash} with its prefixes prepared once, since a dataset has millions of pages.
   * For one thread.
   */
  private static final class Hash {
    private static final byte[] LEAF = new BcsWriter().string("vramhub/page/1").toByteArray();
    private static final byte[] NODE = new BcsWriter().string("vramhub/page-node/1").toByteArray();

    private final MessageDigest sha256 = Digest.newSha256();

    byte[] leaf(byte[] page) {
      sha256.update(LEAF);
      sha256.update(new BcsWriter().uleb128(page.length).toByteArray());
      return sha256.digest(page);
    }

    byte[] node(byte[] left, byte[] right) {
      sha256.update(NODE);
      sha256.update((byte) Digest.LENGTH);
      sha256.update(left);
      sha256.update((byte) Digest.LENGTH);
      return sha256.digest(right);
    }
  }
}
