package io.vramhub.protocol.evaluation;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.PageRange;
import io.vramhub.api.model.ProvenPage;
import io.vramhub.api.model.TokenBatch;
import io.vramhub.protocol.data.PageTree;
import io.vramhub.protocol.data.TokenPages;
import java.util.Arrays;
import java.util.List;

/** Pages from an untrusted host, believed only if they are the drawn ones and prove it. */
final class EvaluationPages {
  private EvaluationPages() {}

  /**
   * The tokens of the pages, one sequence per page. {@code ENCLAVE_REFUSED}: they are not exactly
   * the drawn pages in drawn order, or one does not belong to the dataset.
   *
   * @param name what the pages are for, for the message
   */
  static TokenBatch batch(
      NetworkParameters.Data data, long[] drawn, List<ProvenPage> pages, String name) {
    long[] given = pages.stream().mapToLong(ProvenPage::index).toArray();
    if (!Arrays.equals(given, drawn)) {
      throw refused(
          "the "
              + name
              + " are "
              + Arrays.toString(given)
              + ", drawn are "
              + Arrays.toString(drawn));
    }
    long all = Math.max(end(data.train()), end(data.heldout()));
    int[] tokens = new int[Math.multiplyExact(drawn.length, data.pageTokens())];
    for (int i = 0; i < drawn.length; i++) {
      ProvenPage page = pages.get(i);
      if (page.tokens().length() != data.pageTokens() * data.tokenBytes()
          || !PageTree.verifies(page, data.root(), all)) {
        throw refused(
            "page "
                + page.index()
                + " of the "
                + name
                + " is not that page of the dataset "
                + data.root());
      }
      int[] decoded = TokenPages.decode(page.tokens(), data.tokenBytes());
      System.arraycopy(decoded, 0, tokens, i * data.pageTokens(), decoded.length);
    }
    return new TokenBatch(drawn.length, data.pageTokens(), tokens);
  }

  private static long end(PageRange range) {
    return Math.addExact(range.first(), range.count());
  }

  private static HubException refused(String what) {
    return new HubException(
        ErrorCode.ENCLAVE_REFUSED,
        what + ": hand over the pages that the window's seeds draw, with their proofs");
  }
}
