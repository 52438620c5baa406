package io.vramhub.protocol.scoring;

import static io.vramhub.protocol.chain.ChainHistory.accepted;
import static io.vramhub.protocol.chain.ChainHistory.rejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.quicktheories.QuickTheory.qt;
import static org.quicktheories.generators.SourceDSL.integers;
import static org.quicktheories.generators.SourceDSL.lists;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.ChainEvent.DeviationObserved;
import io.vramhub.api.model.ChainEvent.ValidatorJailed;
import io.vramhub.api.model.ChainEvent.WindowFinalized;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.Credit;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.MinerResult;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NanoNats;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.Payee;
import io.vramhub.api.model.Rating;
import io.vramhub.api.model.RatingChange;
import io.vramhub.api.model.ScoreEntry;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.Verdict;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.model.WindowResult;
import io.vramhub.protocol.chain.ChainHistory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class WindowFinalizationTest {
  private static final WindowId FIRST = new WindowId(1);

  private static ChainHistory network(int miners, int validators) {
    ChainHistory history = ChainHistory.of(ChainHistory.parameters()).miners(miners);
    for (int i = 0; i < validators; i++) {
      history.validator(10);
    }
    return history;
  }

  private static NetworkParameters with(NetworkParameters.Scoring scoring) {
    NetworkParameters base = ChainHistory.parameters();
    return new NetworkParameters(
        base.schedule(), base.model(), base.data(), scoring, base.stake(), base.reward());
  }

  /** A whole window: the entries' miners commit in that order, every validator reports the same. */
  private static ChainHistory scored(
      ChainHistory history, long window, int validators, List<ScoreEntry> entries) {
    history.open(window);
    entries.forEach(entry -> history.commit(window, entry.miner().value()));
    history.openScoring(window);
    List<ScoreEntry> ascending = new ArrayList<>(entries);
    ascending.sort(Comparator.comparing(ScoreEntry::miner));
    for (int validator = 1; validator <= validators; validator++) {
      history.score(window, validator, ascending);
    }
    return history;
  }

  private static FinalizedWindow finalized(ChainHistory history, long window) {
    FinalizedWindow outcome = WindowFinalization.compute(history.state(), new WindowId(window));
    outcome.events().forEach(history::add);
    return outcome;
  }

  private static MinerResult line(WindowResult result, int miner) {
    return result.miners().stream()
        .filter(candidate -> candidate.miner().value() == miner)
        .findFirst()
        .orElseThrow();
  }

  private static Coins sum(List<Credit> credits) {
    return credits.stream().map(Credit::amount).reduce(Coins.ZERO, Coins::plus);
  }

  @Test
  void ranksByHeldoutGainPaysAndMergesTheBest() {
    ChainHistory history =
        scored(
            network(3, 3),
            1,
            3,
            List.of(accepted(1, 1, 10, 20), accepted(1, 2, 30, 40), accepted(1, 3, 20, 20)));
    FinalizedWindow outcome = finalized(history, 1);
    WindowResult result = outcome.result();

    assertThat(result.empty()).isFalse();
    assertThat(result.topG()).containsExactly(uid(2), uid(3), uid(1));
    assertThat(result.topGDigest())
        .isEqualTo(
            TopG.digest(
                FIRST,
                List.of(
                    new TopG.Member(uid(2), ChainHistory.content(1, 2)),
                    new TopG.Member(uid(3), ChainHistory.content(1, 3)),
                    new TopG.Member(uid(1), ChainHistory.content(1, 1)))));
    assertThat(result.emission()).isEqualTo(Coins.whole(70)).isEqualTo(sum(result.credits()));
    assertThat(line(result, 2).weightNanos()).isGreaterThan(line(result, 3).weightNanos());
    assertThat(line(result, 1).weightNanos()).as("below zero after a last place").isZero();
    assertThat(result.credits())
        .filteredOn(credit -> credit.payee() instanceof Payee.Validator)
        .extracting(Credit::amount)
        .containsExactly(
            new Coins(9_566_666_667L), new Coins(9_566_666_667L), new Coins(9_566_666_666L));
    assertThat(outcome.deviations()).isEmpty();
    assertThat(history.miner(2).orElseThrow().rating()).isEqualTo(line(result, 2).after());
  }

  @Test
  void bindsTheMergedSet() {
    List<TopG.Member> members = List.of(new TopG.Member(uid(2), Digest.ZERO));
    Digest digest = TopG.digest(FIRST, members);
    assertThat(TopG.digest(new WindowId(2), members)).isNotEqualTo(digest);
    assertThat(TopG.digest(FIRST, List.of(new TopG.Member(uid(3), Digest.ZERO))))
        .isNotEqualTo(digest);
    assertThat(TopG.digest(FIRST, List.of(new TopG.Member(uid(2), ChainHistory.content(1, 1)))))
        .isNotEqualTo(digest);
    assertThat(digest)
        .isEqualTo(
            Digest.ofHex("654b23dc3b4a506c642f760bc2a0b19b3e8fc8ee566b0a3796df850e835462ea"));
  }

  @Test
  void aWindowWithoutCommitsIsEmpty() {
    ChainHistory history = network(1, 1).open(1).openScoring(1);
    WindowResult result = finalized(history, 1).result();
    assertThat(result.empty()).isTrue();
    assertThat(result.emission()).isEqualTo(Coins.ZERO);
    assertThat(result.miners()).isEmpty();
    assertThat(history.miner(1).orElseThrow().consecutiveAbsences()).isZero();
  }

  @Test
  void aWindowWithoutScoringIsEmpty() {
    assertThat(finalized(network(1, 1).open(1).commit(1, 1), 1).result().empty()).isTrue();
  }

  @Test
  void oneReportIsNotEnoughWhereThereAreThreeValidators() {
    ChainHistory history = scored(network(2, 3), 1, 1, List.of(accepted(1, 1, 10, 20)));
    assertThat(finalized(history, 1).result().empty()).isTrue();
    assertThat(history.miner(1).orElseThrow().rating()).isEqualTo(Rating.INITIAL);
  }

  @Test
  void oneReportIsEnoughWhereThereIsOneValidator() {
    ChainHistory history =
        scored(network(2, 1), 1, 1, List.of(accepted(1, 1, 10, 20), accepted(1, 2, 5, 20)));
    assertThat(finalized(history, 1).result().topG()).containsExactly(uid(1), uid(2));
  }

  @Test
  void anUnscoredMinerLosesNothingButTheWindow() {
    ChainHistory history = network(2, 3).open(1).commit(1, 1).commit(1, 2).openScoring(1);
    history.score(1, 1, List.of(accepted(1, 1, 10, 20), accepted(1, 2, 99, 20)));
    history.score(1, 2, List.of(accepted(1, 1, 10, 20)));
    WindowResult result = finalized(history, 1).result();
    assertThat(result.miners()).extracting(MinerResult::miner).containsExactly(uid(1));
    assertThat(history.miner(2).orElseThrow().rating()).isEqualTo(Rating.INITIAL);
    assertThat(history.miner(2).orElseThrow().consecutiveAbsences()).isZero();
  }

  @Test
  void ignoresAReportFromAValidatorThatWasNotAssigned() {
    ChainHistory history = network(1, 5).open(1).commit(1, 1).openScoring(1);
    List<ValidatorUid> scorers =
        ScorerAssignment.scorers(
            ChainHistory.parameters(),
            ChainHistory.digest("evaluation 1"),
            history.state().activeBonds(),
            uid(1));
    for (int validator = 1; validator <= 5; validator++) {
      boolean assigned = scorers.contains(new ValidatorUid(validator));
      history.score(1, validator, List.of(accepted(1, 1, assigned ? 10 : 5_000, 20)));
    }
    FinalizedWindow outcome = finalized(history, 1);
    assertThat(line(outcome.result(), 1).heldoutGain()).isEqualTo(new NanoNats(10));
    assertThat(outcome.result().credits())
        .filteredOn(credit -> credit.payee() instanceof Payee.Validator)
        .extracting(Credit::payee)
        .containsExactlyElementsOf(scorers.stream().map(Payee.Validator::new).toList());
  }

  @Test
  void badPayloadsTieLastAndNeverEarn() {
    ChainHistory history =
        scored(
            network(4, 1),
            1,
            1,
            List.of(
                rejected(1, 1, Verdict.DUPLICATE),
                accepted(1, 2, 10, 20),
                rejected(1, 3, Verdict.MISSING),
                accepted(1, 4, -50, -60)));
    WindowResult result = finalized(history, 1).result();
    assertThat(line(result, 1).after()).isEqualTo(line(result, 3).after());
    assertThat(line(result, 4).after().muNanos())
        .as("even harm ranks above a payload that is none")
        .isGreaterThan(line(result, 1).after().muNanos());
    assertThat(result.topG()).containsExactly(uid(2));
    assertThat(line(result, 4).eligible()).isFalse();
    assertThat(line(result, 1).proofNanos()).as("nothing was measured").isZero();
  }

  @Test
  void equalGainsTie() {
    ChainHistory history =
        scored(
            network(3, 1),
            1,
            1,
            List.of(accepted(1, 1, 7, 8), accepted(1, 2, 7, 8), accepted(1, 3, 9, 9)));
    WindowResult result = finalized(history, 1).result();
    assertThat(line(result, 1).after()).isEqualTo(line(result, 2).after());
    assertThat(result.topG()).containsExactly(uid(3), uid(1), uid(2));
  }

  @Test
  void gainsMustExceedTheFloor() {
    NetworkParameters.Scoring scoring =
        new NetworkParameters.Scoring(
            "strict-f32/1", 3, 2, 3, 900_000_000L, -500_000_000L, new NanoNats(100), 3);
    ChainHistory history = ChainHistory.of(with(scoring)).miners(2).validator(10);
    scored(history, 1, 1, List.of(accepted(1, 1, 100, 200), accepted(1, 2, 101, 200)));
    WindowResult result = finalized(history, 1).result();
    assertThat(line(result, 1).eligible()).isFalse();
    assertThat(result.topG()).containsExactly(uid(2));
  }

  @Test
  void aCopierBelowTheProofThresholdIsNotEligible() {
    NetworkParameters.Scoring scoring =
        new NetworkParameters.Scoring(
            "strict-f32/1", 3, 2, 3, 500_000_000L, 100_000_000L, NanoNats.ZERO, 3);
    ChainHistory history = ChainHistory.of(with(scoring)).miners(2).validator(10);
    scored(history, 1, 1, List.of(accepted(1, 1, 50, 70), accepted(1, 2, 90, 90)));
    WindowResult result = finalized(history, 1).result();
    assertThat(line(result, 1).proofNanos()).isEqualTo(500_000_000L);
    assertThat(line(result, 1).eligible()).isTrue();
    assertThat(line(result, 2).proofNanos()).isZero();
    assertThat(line(result, 2).eligible()).isFalse();
    assertThat(result.topG()).containsExactly(uid(1));
  }

  @Test
  void theProofAverageForgetsWithItsDecay() {
    NetworkParameters.Scoring scoring = ChainHistory.parameters().scoring();
    NanoNats low = new NanoNats(1);
    NanoNats high = new NanoNats(2);
    assertThat(ProofOfComputation.updated(scoring, 0, high, low)).isEqualTo(100_000_000L);
    assertThat(ProofOfComputation.updated(scoring, 100_000_000L, low, high))
        .isEqualTo(-10_000_000L);
    assertThat(ProofOfComputation.updated(scoring, 100_000_000L, low, low)).isEqualTo(90_000_000L);
    assertThat(ProofOfComputation.updated(scoring, 5, low, low)).isEqualTo(4);
    assertThat(ProofOfComputation.updated(scoring, -5, low, low)).isEqualTo(-4);
  }

  @Test
  void theDefaultThresholdSurvivesAFairCoinForTenThousandWindows() {
    NetworkParameters.Scoring scoring =
        new NetworkParameters.Scoring(
            "strict-f32/1",
            3,
            2,
            3,
            ProofOfComputation.DEFAULT_DECAY_NANOS,
            ProofOfComputation.DEFAULT_THRESHOLD_NANOS,
            NanoNats.ZERO,
            3);
    Random coin = new Random(1);
    long average = 0;
    for (int window = 0; window < 10_000; window++) {
      average =
          ProofOfComputation.updated(
              scoring, average, new NanoNats(coin.nextBoolean() ? 1 : -1), NanoNats.ZERO);
      assertThat(ProofOfComputation.holds(scoring, average)).isTrue();
    }
    int windows = 0;
    while (ProofOfComputation.holds(scoring, average)) {
      average = ProofOfComputation.updated(scoring, average, NanoNats.ZERO, new NanoNats(1));
      windows++;
    }
    assertThat(windows).as("but not a sign that is always negative").isBetween(80, 160);
  }

  @Test
  void aDeviatingValidatorIsSeenLosesPayAndIsJailedAtTheLimit() {
    ChainHistory history = network(2, 3);
    for (long window = 1; window <= 2; window++) {
      List<ScoreEntry> honest = List.of(accepted(window, 1, 10, 20), accepted(window, 2, 30, 40));
      List<ScoreEntry> forged = List.of(accepted(window, 1, 900, 20), accepted(window, 2, 30, 40));
      history.open(window).commit(window, 1).commit(window, 2).openScoring(window);
      history.score(window, 1, honest).score(window, 2, forged).score(window, 3, honest);
      FinalizedWindow outcome = finalized(history, window);
      assertThat(outcome.deviations())
          .containsExactly(
              new DeviationObserved(new WindowId(window), new ValidatorUid(2), uid(1)));
      assertThat(outcome.jailings()).isEmpty();
      assertThat(outcome.result().credits())
          .filteredOn(credit -> credit.payee() instanceof Payee.Validator)
          .extracting(Credit::amount)
          .containsExactly(
              new Coins(11_480_000_000L), new Coins(5_740_000_000L), new Coins(11_480_000_000L));
    }
    history.open(3).commit(3, 1).commit(3, 2).openScoring(3);
    List<ScoreEntry> honest = List.of(accepted(3, 1, 10, 20), accepted(3, 2, 30, 40));
    history.score(3, 1, honest).score(3, 3, honest);
    history.score(3, 2, List.of(rejected(3, 1, Verdict.MISSING), accepted(3, 2, 30, 40)));
    FinalizedWindow third = finalized(history, 3);
    assertThat(third.jailings())
        .containsExactly(new ValidatorJailed(new ValidatorUid(2), new WindowId(3)));
    assertThat(third.events().getFirst()).isInstanceOf(WindowFinalized.class);
    assertThat(history.state().activeBonds()).hasSize(2);
  }

  @Test
  void anAbsentMinerDriftsAfterTheAllowance() {
    ChainHistory history = network(3, 1);
    List<List<RatingChange>> drifts = new ArrayList<>();
    scored(
        history, 1, 1, List.of(accepted(1, 1, 1, 2), accepted(1, 2, 2, 3), accepted(1, 3, 3, 4)));
    finalized(history, 1);
    for (long window = 2; window <= 5; window++) {
      scored(history, window, 1, List.of(accepted(window, 1, 1, 2), accepted(window, 2, 2, 3)));
      drifts.add(finalized(history, window).result().drifted());
    }
    assertThat(drifts.subList(0, 3)).allMatch(List::isEmpty);
    assertThat(drifts.get(3)).extracting(RatingChange::miner).containsExactly(uid(3));
    RatingChange drift = drifts.get(3).getFirst();
    assertThat(drift.after().sigmaNanos()).isGreaterThan(drift.before().sigmaNanos());
    assertThat(history.miner(3).orElseThrow().rating()).isEqualTo(drift.after());
    assertThat(history.miner(3).orElseThrow().consecutiveAbsences()).isEqualTo(4);
  }

  @Test
  void refusesAWindowThatIsFinalOrUnknown() {
    ChainHistory history = network(1, 1).open(1);
    finalized(history, 1);
    assertThatThrownBy(() -> WindowFinalization.compute(history.state(), FIRST))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CHAIN_CORRUPT));
    assertThatThrownBy(() -> WindowFinalization.compute(history.state(), new WindowId(9)))
        .hasMessageContaining("window 9");
  }

  @Test
  void theOrderOfArrivalInsideAWindowChangesNothing() {
    qt().withFixedSeed(13)
        .withExamples(40)
        .forAll(lists().of(integers().between(-1_000, 1_000)).ofSize(7), integers().all())
        .checkAssert(
            (gains, seed) -> {
              List<ScoreEntry> entries = new ArrayList<>();
              for (int i = 0; i < gains.size(); i++) {
                int gain = gains.get(i);
                entries.add(
                    gain % 10 == 0
                        ? rejected(1, i + 1, Verdict.MALFORMED)
                        : accepted(1, i + 1, gain, gain / 2));
              }
              FinalizedWindow inOrder =
                  WindowFinalization.compute(scored(network(7, 4), 1, 4, entries).state(), FIRST);

              ChainHistory other = network(7, 4).open(1);
              List<ScoreEntry> shuffled = new ArrayList<>(entries);
              Collections.shuffle(shuffled, new Random(seed));
              shuffled.forEach(entry -> other.commit(1, entry.miner().value()));
              other.openScoring(1);
              List<Integer> validators = new ArrayList<>(List.of(1, 2, 3, 4));
              Collections.shuffle(validators, new Random(seed));
              validators.forEach(validator -> other.score(1, validator, entries));

              assertThat(WindowFinalization.compute(other.state(), FIRST)).isEqualTo(inOrder);
              WindowResult result = inOrder.result();
              assertThat(sum(result.credits())).isEqualTo(result.emission());
              assertThat(result.emission()).isLessThanOrEqualTo(Coins.whole(70));
              assertThat(result.miners().stream().mapToLong(MinerResult::weightNanos).sum())
                  .isIn(0L, 1_000_000_000L);
            });
  }

  /**
   * Twenty windows of six honest miners, one that sends noise (whose gain is luck: as often a hair
   * above zero as below) and one that resends what it saw (a fraction of honest work).
   */
  @Test
  void noiseAndStaleCopiesEarnNextToNothing() {
    ChainHistory history = network(8, 3);
    Random random = new Random(20);
    Map<MinerUid, Long> late = new TreeMap<>();
    long lateTotal = 0;
    for (long window = 1; window <= 20; window++) {
      long level = 200_000_000L / window;
      List<ScoreEntry> entries = new ArrayList<>();
      for (int miner = 1; miner <= 6; miner++) {
        long gain = (long) (level * (1 + 0.15 * random.nextGaussian()));
        entries.add(
            accepted(window, miner, gain, (long) (gain * (1 + 0.1 * random.nextGaussian()))));
      }
      entries.add(accepted(window, 7, (long) (level * 0.01 * random.nextGaussian()), 0));
      entries.add(
          accepted(window, 8, (long) (level * (0.5 + 0.15 * random.nextGaussian())), level / 2));
      WindowResult result = finalized(scored(history, window, 3, entries), window).result();
      if (window > 10) {
        for (Credit credit : result.credits()) {
          if (credit.payee() instanceof Payee.Miner(MinerUid uid)) {
            late.merge(uid, credit.amount().baseUnits(), Long::sum);
            lateTotal += credit.amount().baseUnits();
          }
        }
      }
    }
    assertThat(late.getOrDefault(uid(7), 0L)).isLessThan(lateTotal / 100);
    assertThat(late.getOrDefault(uid(8), 0L)).isLessThan(lateTotal / 100);
    for (int honest = 1; honest <= 6; honest++) {
      assertThat(late.getOrDefault(uid(honest), 0L)).isGreaterThan(lateTotal / 50);
    }
  }

  private static MinerUid uid(int value) {
    return new MinerUid(value);
  }
}
