package io.vramhub.protocol.data;

import io.vramhub.api.model.Digest;
import io.vramhub.api.model.NetworkId;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.PageRange;
import io.vramhub.protocol.message.BcsWriter;
import io.vramhub.protocol.message.CanonicalHash;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;

/**
 * Which pages a miner trains on and which pages score it (protocol section 3). Everything is a
 * function of the chain's seeds: the training pages are unknown before the window opens, the
 * scoring pages before the commit deadline has passed.
 */
public final class PageAssignment {
  private PageAssignment() {}

  /**
   * The pages of the miner in {@code slot}, in the order to train on them. Slots of one window
   * never share a page while {@code slots * pagesPerMiner} pages exist; should more miners join
   * than the train range has pages for, the positions start over from the first rather than leave a
   * miner without work or a window without scores.
   *
   * @param slot the miner's rank among the window's miners, from 0
   */
  public static long[] assigned(
      NetworkId network, NetworkParameters parameters, Digest assignmentSeed, int slot) {
    LongUnaryOperator page = assignedPage(network, parameters, assignmentSeed, slot);
    return LongStream.range(0, parameters.model().pagesPerMiner()).map(page).toArray();
  }

  /** The held-out pages that score every miner of the window, in drawn order. */
  public static long[] heldoutEvaluation(
      NetworkId network, NetworkParameters parameters, Digest evaluationSeed) {
    PageRange heldout = parameters.data().heldout();
    FeistelPermutation permutation =
        new FeistelPermutation(key("vramhub/heldout/1", network, evaluationSeed), heldout.count());
    return LongStream.range(0, parameters.data().heldoutEvaluationPages())
        .map(position -> heldout.first() + permutation.at(position))
        .toArray();
  }

  /**
   * The pages among the miner's own that score it, in drawn order: at most {@code
   * assignedEvaluationPages}, and no more than it has.
   */
  public static long[] assignedEvaluation(
      NetworkId network,
      NetworkParameters parameters,
      Digest assignmentSeed,
      Digest evaluationSeed,
      int slot) {
    int pagesPerMiner = parameters.model().pagesPerMiner();
    FeistelPermutation draw =
        new FeistelPermutation(
            CanonicalHash.of(
                    "vramhub/assigned-evaluation/1",
                    network.digest().array(),
                    evaluationSeed.array(),
                    new BcsWriter().u64(slot).toByteArray())
                .array(),
            pagesPerMiner);
    LongUnaryOperator page = assignedPage(network, parameters, assignmentSeed, slot);
    int drawn = Math.min(parameters.data().assignedEvaluationPages(), pagesPerMiner);
    return LongStream.range(0, drawn).map(draw::at).map(page).toArray();
  }

  /** What a payload's header says of the pages it was trained on. */
  public static Digest digest(long[] pages) {
    BcsWriter writer =
        new BcsWriter().vector(LongStream.of(pages).boxed().toList(), BcsWriter::u64);
    return CanonicalHash.of("vramhub/pages/1", writer.toByteArray());
  }

  /** From the rank within one miner's pages to the page. */
  private static LongUnaryOperator assignedPage(
      NetworkId network, NetworkParameters parameters, Digest assignmentSeed, int slot) {
    if (slot < 0) {
      throw new IllegalArgumentException("a slot is not negative: " + slot);
    }
    PageRange train = parameters.data().train();
    FeistelPermutation permutation =
        new FeistelPermutation(key("vramhub/assign/1", network, assignmentSeed), train.count());
    long first = Math.multiplyExact((long) slot, parameters.model().pagesPerMiner());
    return rank -> train.first() + permutation.at((first + rank) % train.count());
  }

  private static byte[] key(String domain, NetworkId network, Digest seed) {
    return CanonicalHash.of(domain, network.digest().array(), seed.array()).array();
  }
}
