package io.vramhub.protocol.reward;

import io.vramhub.api.model.Coins;
import io.vramhub.api.model.Credit;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.Payee;
import io.vramhub.api.model.PayoutShares;
import io.vramhub.api.model.ValidatorUid;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * Who gets how much of a window's emission (protocol section 10).
 *
 * <ol>
 *   <li>The amount of the {@link EmissionSchedule} is divided into three pools by the parameters'
 *       basis points: miners, validators, treasury.
 *   <li>The miners' pool is divided by their shares, the validators' pool by stake times
 *       completeness, the treasury gets its own whole.
 *   <li>Every division is {@link LargestRemainder}'s, so a pool that has a recipient is paid out to
 *       the last unit.
 *   <li>A pool without a recipient (no miner earned, no validator scored) is not issued. It stays
 *       in the schedule, which counts only what was issued, and so carries over to later windows
 *       rather than making the next one a jackpot.
 * </ol>
 *
 * <p>The credits therefore sum to the window's emission exactly, and never exceed the schedule.
 *
 * @param emission the sum of the credits
 * @param credits none of zero: miners by uid, validators by uid, then the treasury
 */
public record RewardSplit(Coins emission, List<Credit> credits) {
  public RewardSplit {
    credits = List.copyOf(credits);
    Coins sum = credits.stream().map(Credit::amount).reduce(Coins.ZERO, Coins::plus);
    if (!sum.equals(emission)) {
      throw new IllegalArgumentException(
          "the credits sum to the emission: " + sum + " is not " + emission);
    }
  }

  /** What one validator did in the window. */
  public record Work(Coins stake, long completenessNanos) {
    public Work {
      if (completenessNanos < 0 || completenessNanos > PayoutShares.WHOLE) {
        throw new IllegalArgumentException(
            "completeness lies in 0..1e9 billionths: " + completenessNanos);
      }
    }
  }

  /**
   * Divides {@code scheduled} under the parameters.
   *
   * @param miners shares of the miners' pool; none if no miner earns
   * @param validators the window's validators
   */
  public static RewardSplit of(
      Coins scheduled,
      NetworkParameters.Reward parameters,
      PayoutShares miners,
      SortedMap<ValidatorUid, Work> validators) {
    long[] pools =
        LargestRemainder.divide(
            scheduled.baseUnits(),
            List.of(
                BigInteger.valueOf(parameters.minersBasisPoints()),
                BigInteger.valueOf(parameters.validatorsBasisPoints()),
                BigInteger.valueOf(parameters.treasuryBasisPoints())));
    List<Credit> credits = new ArrayList<>();
    pay(
        credits,
        pools[0],
        miners.nanos().keySet().stream().map(Payee.Miner::new).toList(),
        miners.nanos().values().stream().map(BigInteger::valueOf).toList());
    pay(
        credits,
        pools[1],
        validators.keySet().stream().map(Payee.Validator::new).toList(),
        validators.values().stream()
            .map(
                work ->
                    BigInteger.valueOf(work.stake().baseUnits())
                        .multiply(BigInteger.valueOf(work.completenessNanos())))
            .toList());
    pay(credits, pools[2], List.of(new Payee.Treasury()), List.of(BigInteger.ONE));
    return new RewardSplit(
        credits.stream().map(Credit::amount).reduce(Coins.ZERO, Coins::plus), credits);
  }

  private static void pay(
      List<Credit> credits, long pool, List<? extends Payee> payees, List<BigInteger> weights) {
    long[] amounts = LargestRemainder.divide(pool, weights);
    for (int i = 0; i < amounts.length; i++) {
      if (amounts[i] > 0) {
        credits.add(new Credit(payees.get(i), new Coins(amounts[i])));
      }
    }
  }
}
