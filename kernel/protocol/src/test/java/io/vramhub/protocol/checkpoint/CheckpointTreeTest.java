package io.vramhub.protocol.checkpoint;

import static io.vramhub.protocol.checkpoint.CheckpointTree.LEAF_BYTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Digest;
import io.vramhub.protocol.message.CanonicalHash;
import io.vramhub.protocol.payload.SampleGradients;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CheckpointTreeTest {
  private static final byte[] FILE = new byte[4 * LEAF_BYTES + 12_345];

  static {
    new Random(1).nextBytes(FILE);
  }

  @Test
  void hashesLeavesPairsAndLengthInDomainsOfTheirOwn() throws IOException {
    byte[][] leaves = new byte[5][];
    for (int i = 0; i < 5; i++) {
      int end = Math.min(FILE.length, (i + 1) * LEAF_BYTES);
      byte[] leaf = Arrays.copyOfRange(FILE, i * LEAF_BYTES, end);
      leaves[i] = CanonicalHash.of("vramhub/checkpoint-leaf/1", leaf).array();
    }
    byte[] firstTwo = node(leaves[0], leaves[1]);
    byte[] nextTwo = node(leaves[2], leaves[3]);
    byte[] top = node(node(firstTwo, nextTwo), leaves[4]);
    byte[] length =
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(FILE.length).array();
    assertThat(tree(FILE).root())
        .isEqualTo(CanonicalHash.of("vramhub/checkpoint-root/1", length, top));
  }

  @Test
  void doesNotDependOnHowTheBytesArrive() {
    Random random = new Random(2);
    CheckpointTree.Builder builder = new CheckpointTree.Builder();
    for (int at = 0; at < FILE.length; ) {
      int part = Math.min(FILE.length - at, 1 + random.nextInt(3 * LEAF_BYTES / 2));
      builder.write(ByteBuffer.wrap(FILE, at, part));
      at += part;
    }
    CheckpointTree tree = builder.build();
    assertThat(tree.leaves()).hasSize(5);
    assertThat(tree.length()).isEqualTo(FILE.length);
    assertThat(tree.root()).isEqualTo(tree(FILE).root());
  }

  @Test
  void differsForEveryLengthAndEveryByte() {
    Set<Digest> roots = new HashSet<>();
    for (int length : new int[] {0, 1, LEAF_BYTES - 1, LEAF_BYTES, LEAF_BYTES + 1, FILE.length}) {
      assertThat(roots.add(tree(Arrays.copyOf(FILE, length)).root())).isTrue();
      assertThat(roots.add(tree(new byte[length]).root())).isEqualTo(length > 0);
    }
    for (int at : new int[] {0, LEAF_BYTES, FILE.length - 1}) {
      byte[] mutant = FILE.clone();
      mutant[at] ^= 1;
      assertThat(roots.add(tree(mutant).root())).isTrue();
    }
  }

  @Test
  void verifiesEachLeafAsItArrives() {
    CheckpointTree tree = tree(FILE);
    CheckpointTree known = CheckpointTree.parse(tree.toBytes(), tree.root());
    for (int leaf = 0; leaf < 5; leaf++) {
      byte[] content =
          Arrays.copyOfRange(FILE, leaf * LEAF_BYTES, leaf * LEAF_BYTES + known.leafLength(leaf));
      assertThat(known.verifies(leaf, ByteBuffer.wrap(content))).isTrue();
      assertThat(known.verifies((leaf + 1) % 5, ByteBuffer.wrap(content))).isFalse();
      assertThat(known.verifies(leaf, ByteBuffer.wrap(content, 1, content.length - 1))).isFalse();
      content[content.length / 2] ^= 1;
      assertThat(known.verifies(leaf, ByteBuffer.wrap(content))).isFalse();
    }
  }

  @Test
  void refusesLeavesOfAnotherRootAndListsThatAreNone() {
    CheckpointTree tree = tree(FILE);
    assertRefused(
        ErrorCode.CHECKPOINT_INVALID, tree.toBytes(), SampleGradients.digest("other root"));
    byte[] list = tree.toBytes();
    list[0] ^= 1;
    assertRefused(ErrorCode.CHECKPOINT_INVALID, list, tree.root());
    list[7] = 0x7f;
    assertRefused(ErrorCode.MESSAGE_INVALID, list, tree.root());
    assertRefused(ErrorCode.MESSAGE_INVALID, Arrays.copyOf(list, list.length - 1), tree.root());
  }

  private static void assertRefused(ErrorCode code, byte[] list, Digest root) {
    assertThatThrownBy(() -> CheckpointTree.parse(list, root))
        .isInstanceOfSatisfying(HubException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private static byte[] node(byte[] left, byte[] right) {
    return CanonicalHash.of("vramhub/checkpoint-node/1", left, right).array();
  }

  private static CheckpointTree tree(byte[] file) {
    try {
      return CheckpointTree.of(Channels.newChannel(new ByteArrayInputStream(file)));
    } catch (IOException e) {
      throw new AssertionError("an array in memory can be read", e);
    }
  }
}
