package io.vramhub.protocol.rating;

import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.PayoutShares;
import io.vramhub.api.model.Standing;
import io.vramhub.protocol.reward.LargestRemainder;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Ratings to shares of pay (protocol section 7): the square of the conservative skill, {@code
 * max(0, mu - 3 sigma)^2}, over the eligible miners. The zero is fixed and not the field's minimum,
 * so one bad newcomer does not reshuffle everyone's pay.
 */
public final class Weights {
  private Weights() {}

  /**
   * Billionths of the miners' pay that sum to 1e9 by largest remainder, equal remainders to the
   * lower uid; only miners with a share. None if no eligible miner's conservative skill is above
   * zero.
   */
  public static PayoutShares shares(List<Standing> standings) {
    List<Standing> earning =
        standings.stream()
            .filter(standing -> standing.eligible() && standing.rating().ordinalNanos() > 0)
            .sorted(Comparator.comparing(Standing::miner))
            .toList();
    long[] nanos =
        LargestRemainder.divide(
            PayoutShares.WHOLE,
            earning.stream()
                .map(standing -> BigInteger.valueOf(standing.rating().ordinalNanos()).pow(2))
                .toList());
    SortedMap<MinerUid, Long> shares = new TreeMap<>();
    for (int i = 0; i < nanos.length; i++) {
      if (nanos[i] > 0) {
        shares.put(earning.get(i).miner(), nanos[i]);
      }
    }
    return new PayoutShares(shares);
  }
}
