package io.vramhub.protocol.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.ProvenPage;
import io.vramhub.protocol.message.CanonicalHash;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PageTreeTest {
  /** Computed by an independent Python program. */
  @ParameterizedTest
  @CsvSource({
    "1, b1778336375fb61053f3a358d50f81927d87e35ac82e64c5afaa531b4afacca2",
    "2, 31a71b880af1b80ee4bec21bb82327c2de41e3fb26414ab599efb62787efb12a",
    "5, aafd51591efe2b2dfbf49012f4561827054673fd53b42c8915f65e2f59f7ff1c",
    "7, 028981905b9cbf5227927ed095157475c2197cd02a2afad940afdd3753d3905c",
  })
  void rootsAreFrozen(long pages, String root) {
    assertThat(tree(pages).root().hex()).isEqualTo(root);
  }

  @Test
  void leafAndNodeAreCanonicalHashes() {
    Digest left = CanonicalHash.of("vramhub/page/1", page(0));
    Digest right = CanonicalHash.of("vramhub/page/1", page(1));
    assertThat(tree(2).root())
        .isEqualTo(CanonicalHash.of("vramhub/page-node/1", left.array(), right.array()));
  }

  @Test
  void everyPageOfEverySmallTreeVerifiesAtItsOwnPlaceOnly() {
    for (long pages = 1; pages <= 33; pages++) {
      PageTree tree = tree(pages);
      for (long index = 0; index < pages; index++) {
        ProvenPage proven = proven(tree, index);
        assertThat(PageTree.verifies(proven, tree.root(), pages)).isTrue();
        for (long other = -1; other <= pages; other++) {
          ProvenPage moved = new ProvenPage(other, proven.tokens(), proven.path());
          assertThat(PageTree.verifies(moved, tree.root(), pages)).isEqualTo(other == index);
        }
      }
    }
  }

  @Test
  void refusesTamperedProofs() {
    PageTree tree = tree(21);
    ProvenPage proven = proven(tree, 13);
    byte[] tokens = proven.tokens().array();
    tokens[100] ^= 1;
    List<Digest> longer = new ArrayList<>(proven.path());
    longer.add(Digest.ZERO);
    List<Digest> swapped = new ArrayList<>(proven.path());
    Collections.swap(swapped, 0, 1);

    assertThat(verifies(tree, new ProvenPage(13, new Bytes(tokens), proven.path()))).isFalse();
    assertThat(verifies(tree, new ProvenPage(13, proven.tokens(), longer))).isFalse();
    assertThat(verifies(tree, new ProvenPage(13, proven.tokens(), swapped))).isFalse();
    assertThat(verifies(tree, new ProvenPage(13, proven.tokens(), proven.path().subList(1, 4))))
        .isFalse();
    assertThat(PageTree.verifies(proven, Digest.ZERO, 21)).isFalse();
    assertThat(PageTree.verifies(proven, tree.root(), 12)).isFalse();
  }

  @Test
  void aNodeIsNoPage() {
    PageTree tree = tree(2);
    byte[] left = CanonicalHash.of("vramhub/page/1", page(0)).array();
    byte[] right = CanonicalHash.of("vramhub/page/1", page(1)).array();
    byte[] joined = Arrays.copyOf(left, 64);
    System.arraycopy(right, 0, joined, 32, 32);
    ProvenPage forged = new ProvenPage(0, new Bytes(joined), List.of());
    assertThat(PageTree.verifies(forged, tree.root(), 1)).isFalse();
  }

  @Test
  void refusesWhatIsNoTree() {
    assertThatIllegalArgumentException().isThrownBy(() -> tree(0));
    assertThatIllegalArgumentException().isThrownBy(() -> tree(3).path(3));
  }

  private static boolean verifies(PageTree tree, ProvenPage page) {
    return PageTree.verifies(page, tree.root(), 21);
  }

  private static ProvenPage proven(PageTree tree, long index) {
    return new ProvenPage(index, new Bytes(page(index)), tree.path(index));
  }

  private static PageTree tree(long pages) {
    return PageTree.build(pages, PageTreeTest::page);
  }

  private static byte[] page(long index) {
    byte[] page = new byte[200];
    Arrays.fill(page, (byte) index);
    return page;
  }
}
