package io.vramhub.protocol.data;

import io.vramhub.api.model.Digest;
import io.vramhub.api.model.ProvenPage;
import io.vramhub.protocol.message.BcsWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
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
    Builder builder = new Builder(pages);
    for (long i = 0; i < pages; i++) {
      byte[] bytes = page.apply(i);
      builder.add(bytes, 0, bytes.length);
    }
    return builder.build();
  }

  /** Takes the pages one after the other, for callers that stream them. For one thread. */
  public static final class Builder {
    private final long pages;
    private final MemorySegment nodes;
    private final Hash hash = new Hash();
    private long added;

    /**
     * @param pages how many there will be, at least 1
     */
    public Builder(long pages) {
      if (pages < 1) {
        throw new IllegalArgumentException("a tree has at least one page, not " + pages);
      }
      this.pages = pages;
      this.nodes = Arena.ofAuto().allocate(nodes(pages) * Digest.LENGTH);
    }

    /** The next page is {@code bytes[offset .. offset + length)}. */
    public void add(byte[] bytes, int offset, int length) {
      if (added == pages) {
        throw new IllegalStateException("the tree has all its " + pages + " pages");
      }
      set(nodes, added++, hash.leaf(bytes, offset, length));
    }

    /** The tree, once every page has been added. */
    public PageTree build() {
      if (added < pages) {
        throw new IllegalStateException("the tree has " + added + " of its " + pages + " pages");
      }
      long level = 0;
      for (long width = pages; width > 1; width = parents(width)) {
        long above = level + width;
        for (long i = 0; i + 1 < width; i += 2) {
          set(nodes, above + i / 2, hash.node(nodes, level + i));
        }
        if (width % 2 == 1) {
          set(nodes, above + width / 2, get(nodes, level + width - 1));
        }
        level = above;
      }
      return new PageTree(nodes, pages);
    }
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
    byte[] tokens = page.tokens().array();
    byte[] value = hash.leaf(tokens, 0, tokens.length);
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
    byte[] digest = new byte[Digest.LENGTH];
    MemorySegment.copy(
        nodes, ValueLayout.JAVA_BYTE, node * Digest.LENGTH, digest, 0, Digest.LENGTH);
    return digest;
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

    private static final int LEFT = NODE.length + 1;
    private static final int RIGHT = LEFT + Digest.LENGTH + 1;

    private final MessageDigest sha256 = Digest.newSha256();
    private final byte[] node = new byte[RIGHT + Digest.LENGTH];

    private byte[] leaf = {};
    private int leafPage;

    Hash() {
      System.arraycopy(NODE, 0, node, 0, NODE.length);
      node[LEFT - 1] = Digest.LENGTH;
      node[RIGHT - 1] = Digest.LENGTH;
    }

    byte[] leaf(byte[] bytes, int offset, int length) {
      // Pages of one dataset are equally long, so the prefix is nearly always there already.
      if (leaf.length == 0 || leaf.length - leafPage != length) {
        byte[] size = new BcsWriter().uleb128(length).toByteArray();
        leafPage = LEAF.length + size.length;
        leaf = Arrays.copyOf(LEAF, leafPage + length);
        System.arraycopy(size, 0, leaf, LEAF.length, size.length);
      }
      System.arraycopy(bytes, offset, leaf, leafPage, length);
      return sha256.digest(leaf);
    }

    byte[] node(byte[] left, byte[] right) {
      System.arraycopy(left, 0, node, LEFT, Digest.LENGTH);
      System.arraycopy(right, 0, node, RIGHT, Digest.LENGTH);
      return sha256.digest(node);
    }

    /** The node over two neighbours of a level. */
    byte[] node(MemorySegment nodes, long left) {
      long at = left * Digest.LENGTH;
      MemorySegment.copy(nodes, ValueLayout.JAVA_BYTE, at, node, LEFT, Digest.LENGTH);
      MemorySegment.copy(
          nodes, ValueLayout.JAVA_BYTE, at + Digest.LENGTH, node, RIGHT, Digest.LENGTH);
      return sha256.digest(node);
    }
  }
}
