package io.vramhub.protocol.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.quicktheories.QuickTheory.qt;
import static org.quicktheories.generators.SourceDSL.integers;
import static org.quicktheories.generators.SourceDSL.lists;
import static org.quicktheories.generators.SourceDSL.longs;

import io.vramhub.api.model.Coins;
import io.vramhub.api.model.Credit;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.Payee;
import io.vramhub.api.model.PayoutShares;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.protocol.chain.ChainHistory;
import io.vramhub.protocol.reward.RewardSplit.Work;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class RewardSplitTest {
  private static final NetworkParameters.Reward REWARD =
      new NetworkParameters.Reward(4_100, 4_100, 1_800, ChainHistory.address("treasury"));
  private static final PayoutShares NOBODY = new PayoutShares(new TreeMap<>());

  private static PayoutShares shares(long... nanos) {
    SortedMap<MinerUid, Long> shares = new TreeMap<>();
    for (int i = 0; i < nanos.length; i++) {
      shares.put(new MinerUid(i + 1), nanos[i]);
    }
    return new PayoutShares(shares);
  }

  private static SortedMap<ValidatorUid, Work> work(Work... works) {
    SortedMap<ValidatorUid, Work> work = new TreeMap<>();
    for (int i = 0; i < works.length; i++) {
      work.put(new ValidatorUid(i + 1), works[i]);
    }
    return work;
  }

  private static Credit miner(int uid, long units) {
    return new Credit(new Payee.Miner(new MinerUid(uid)), new Coins(units));
  }

  private static Credit validator(int uid, long units) {
    return new Credit(new Payee.Validator(new ValidatorUid(uid)), new Coins(units));
  }

  @Test
  void dividesByWeightStakeAndCompleteness() {
    RewardSplit split =
        RewardSplit.of(
            Coins.whole(70),
            REWARD,
            shares(250_000_000L, 750_000_000L),
            work(
                new Work(Coins.whole(10), 1_000_000_000L),
                new Work(Coins.whole(30), 500_000_000L),
                new Work(Coins.whole(99), 0)));
    assertThat(split.emission()).isEqualTo(Coins.whole(70));
    assertThat(split.credits())
        .containsExactly(
            miner(1, 7_175_000_000L),
            miner(2, 21_525_000_000L),
            validator(1, 11_480_000_000L),
            validator(2, 17_220_000_000L),
            new Credit(new Payee.Treasury(), new Coins(12_600_000_000L)));
  }

  @Test
  void anUnearnedPoolIsNotIssued() {
    RewardSplit split =
        RewardSplit.of(
            Coins.whole(70), REWARD, NOBODY, work(new Work(Coins.whole(10), 1_000_000_000L)));
    assertThat(split.emission()).isEqualTo(new Coins(41_300_000_000L));
    assertThat(split.credits())
        .extracting(Credit::payee)
        .doesNotHaveAnyElementsOfTypes(Payee.Miner.class);
  }

  @Test
  void issuesNothingOfNothing() {
    RewardSplit split =
        RewardSplit.of(
            Coins.ZERO,
            REWARD,
            shares(1_000_000_000L),
            work(new Work(Coins.whole(10), 1_000_000_000L)));
    assertThat(split.credits()).isEmpty();
    assertThat(split.emission()).isEqualTo(Coins.ZERO);
  }

  @Test
  void refusesCreditsThatAreNotTheEmission() {
    assertThatThrownBy(() -> new RewardSplit(new Coins(5), List.of(miner(1, 4))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void divisionLosesNoUnitAndStaysWithinOneOfTheExactShare() {
    qt().withFixedSeed(5)
        .withExamples(500)
        .forAll(
            longs().between(0, Coins.whole(70).baseUnits()),
            lists().of(integers().between(0, 1_000)).ofSizeBetween(1, 30))
        .checkAssert(
            (whole, weights) -> {
              List<BigInteger> big =
                  weights.stream().map((Integer weight) -> BigInteger.valueOf(weight)).toList();
              long[] shares = LargestRemainder.divide(whole, big);
              long total = weights.stream().mapToLong(Integer::longValue).sum();
              assertThat(Arrays.stream(shares).sum()).isEqualTo(total == 0 ? 0 : whole);
              for (int i = 0; i < shares.length; i++) {
                if (weights.get(i) == 0) {
                  assertThat(shares[i]).isZero();
                } else {
                  assertThat(
                          BigInteger.valueOf(shares[i])
                              .multiply(BigInteger.valueOf(total))
                              .subtract(big.get(i).multiply(BigInteger.valueOf(whole)))
                              .abs())
                      .isLessThan(BigInteger.valueOf(total));
                }
              }
            });
  }

  @Test
  void refusesANegativeWeight() {
    assertThatThrownBy(() -> LargestRemainder.divide(1, List.of(BigInteger.ONE.negate())))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
