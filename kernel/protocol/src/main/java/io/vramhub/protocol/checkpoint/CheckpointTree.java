package io.vramhub.protocol.checkpoint;

import io.vramhub.api.model.Digest;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.protocol.message.BcsReader;
import io.vramhub.protocol.message.BcsWriter;
import io.vramhub.protocol.message.CanonicalHash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The Merkle tree over a checkpoint file (protocol section 8). A leaf is 1 MiB of the file, the
 * last one what is left; neighbours are hashed in pairs, level by level, and one without a
 * neighbour moves up unchanged; the root binds the file's length. Leaves, nodes and root are hashed
 * in domains of their own ({@link CanonicalHash}), so none can pass for another.
 *
 * <p>A joiner checks the list of leaves once against the anchored root and then each leaf as it
 * arrives. Immutable.
 */
public final class CheckpointTree {
  /** Bytes of a leaf. */
  public static final int LEAF_BYTES = 1 << 20;

  private static final String LEAF = "vramhub/checkpoint-leaf/1";
  private static final String NODE = "vramhub/checkpoint-node/1";
  private static final String ROOT = "vramhub/checkpoint-root/1";

  /** Leaves of a file of 4 TiB. */
  private static final int MAXIMUM_LEAVES = 1 << 22;

  private final long length;
  private final List<Digest> leaves;

  private CheckpointTree(long length, List<Digest> leaves) {
    this.length = length;
    this.leaves = List.copyOf(leaves);
  }

  /** The tree of the file that {@link CheckpointFile#write} would give, without writing it. */
  public static CheckpointTree of(
      CheckpointMetadata metadata, ModelSpec spec, MemorySegment parameters) {
    Builder builder = new Builder();
    try {
      CheckpointFile.write(metadata, spec, parameters, builder);
    } catch (IOException e) {
      throw new UncheckedIOException("a hash refused bytes", e);
    }
    return builder.build();
  }

  /** The tree of a whole file, read to its end. */
  public static CheckpointTree of(ReadableByteChannel file) throws IOException {
    Builder builder = new Builder();
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    while (file.read(buffer) >= 0) {
      builder.write(buffer.flip());
      buffer.clear();
    }
    return builder.build();
  }

  /** {@link #root} of the file that {@link CheckpointFile#write} would give. */
  public static Digest root(CheckpointMetadata metadata, ModelSpec spec, MemorySegment parameters) {
    return of(metadata, spec, parameters).root();
  }

  /** What is anchored on the chain. */
  public Digest root() {
    List<Digest> level = leaves;
    while (level.size() > 1) {
      List<Digest> above = new ArrayList<>();
      for (int i = 0; i + 1 < level.size(); i += 2) {
        above.add(CanonicalHash.of(NODE, level.get(i).array(), level.get(i + 1).array()));
      }
      if (level.size() % 2 == 1) {
        above.add(level.getLast());
      }
      level = above;
    }
    byte[] size = new BcsWriter().u64(length).toByteArray();
    return level.isEmpty()
        ? CanonicalHash.of(ROOT, size)
        : CanonicalHash.of(ROOT, size, level.getFirst().array());
  }

  /** Bytes of the file. */
  public long length() {
    return length;
  }

  /** The leaves' hashes, in file order. */
  public List<Digest> leaves() {
    return leaves;
  }

  /** Bytes of one leaf. */
  public int leafLength(int leaf) {
    return (int) Math.min(LEAF_BYTES, length - (long) leaf * LEAF_BYTES);
  }

  /** Whether these bytes, from position to limit, are the leaf. */
  public boolean verifies(int leaf, ByteBuffer bytes) {
    byte[] content = new byte[bytes.remaining()];
    bytes.duplicate().get(content);
    return content.length == leafLength(leaf)
        && CanonicalHash.of(LEAF, content).equals(leaves.get(leaf));
  }

  /** The length and the leaves, for storage beside the file. */
  public byte[] toBytes() {
    return new BcsWriter()
        .u64(length)
        .vector(leaves, (writer, leaf) -> writer.fixed(leaf.array()))
        .toByteArray();
  }

  /**
   * Reads what {@link #toBytes} gave, from anybody.
   *
   * @param root the anchored root
   * @throws io.vramhub.api.error.HubException {@code CHECKPOINT_INVALID} if the leaves do not have
   *     this root, {@code MESSAGE_INVALID} if the bytes are no list of leaves
   */
  public static CheckpointTree parse(byte[] bytes, Digest root) {
    CheckpointTree tree =
        BcsReader.message(
            "checkpoint leaves",
            bytes,
            reader -> {
              long length = reader.u64();
              List<Digest> leaves =
                  reader.vector(MAXIMUM_LEAVES, each -> Digest.of(each.fixed(Digest.LENGTH)));
              if (leaves.size() != Math.ceilDiv(length, LEAF_BYTES)) {
                throw reader.invalid(leaves.size() + " leaves do not make " + length + " bytes");
              }
              return new CheckpointTree(length, leaves);
            });
    if (!tree.root().equals(root)) {
      throw CheckpointHeader.invalid("its leaves do not have the anchored root " + root);
    }
    return tree;
  }

  /** Takes a file's bytes as they come, one leaf in memory. Not thread-safe. */
  public static final class Builder implements WritableByteChannel {
    private final byte[] pending = new byte[LEAF_BYTES];
    private final List<Digest> leaves = new ArrayList<>();
    private int pendingLength;

    @Override
    public int write(ByteBuffer bytes) {
      int written = bytes.remaining();
      while (bytes.hasRemaining()) {
        int part = Math.min(bytes.remaining(), LEAF_BYTES - pendingLength);
        bytes.get(pending, pendingLength, part);
        pendingLength += part;
        if (pendingLength == LEAF_BYTES) {
          leaves.add(CanonicalHash.of(LEAF, pending));
          pendingLength = 0;
        }
      }
      return written;
    }

    /** The tree of everything written so far. */
    public CheckpointTree build() {
      List<Digest> all = new ArrayList<>(leaves);
      if (pendingLength > 0) {
        all.add(CanonicalHash.of(LEAF, Arrays.copyOf(pending, pendingLength)));
      }
      return new CheckpointTree((long) leaves.size() * LEAF_BYTES + pendingLength, all);
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    /** Holds nothing that needs closing. */
    @Override
    public void close() {}
  }
}
