package io.vramhub.kernel.audit;

import static io.vramhub.kernel.audit.TestNetwork.accepted;
import static io.vramhub.kernel.audit.TestNetwork.address;
import static io.vramhub.kernel.audit.TestNetwork.digest;
import static io.vramhub.kernel.audit.TestNetwork.rewritten;
import static io.vramhub.kernel.audit.TestNetwork.window;
import static io.vramhub.kernel.audit.TestNetwork.without;
import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.ChainEvent.CheckpointAnchored;
import io.vramhub.api.model.ChainEvent.CheckpointVoted;
import io.vramhub.api.model.ChainEvent.Claimed;
import io.vramhub.api.model.ChainEvent.DeviationObserved;
import io.vramhub.api.model.ChainEvent.GradientCommitted;
import io.vramhub.api.model.ChainEvent.ScoresSubmitted;
import io.vramhub.api.model.ChainEvent.ValidatorJailed;
import io.vramhub.api.model.ChainEvent.WindowFinalized;
import io.vramhub.api.model.ChainEvent.WindowOpened;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.CheckpointRef;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.Credit;
import io.vramhub.api.model.MinerResult;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NanoNats;
import io.vramhub.api.model.Payee;
import io.vramhub.api.model.Rating;
import io.vramhub.api.model.ScoreEntry;
import io.vramhub.api.model.ScoreReport;
import io.vramhub.api.model.SignedScoreReport;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.WindowResult;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Every invariant holds on a true history, and each has a canary: a planted break it finds. */
final class InvariantsTest {
  private static final TestNetwork TRUE = history();

  private static TestNetwork history() {
    TestNetwork network = TestNetwork.ofChainAlone(3);
    network.play(1, 3).play(2, 2).play(3, 3);
    Payee payee = new Payee.Miner(new MinerUid(3));
    return network.add(
        new Claimed(payee, address("payout of miner 3"), network.state().credit(payee)));
  }

  private static List<Violation> check(List<ChainRecord> records) {
    return Invariants.check(records);
  }

  /** The violations after rewriting all events of the kind in window 2. */
  private static <E extends ChainEvent> List<Violation> tampered(
      Class<E> kind, UnaryOperator<E> how) {
    return check(rewritten(TRUE.records(), kind::isInstance, event -> how.apply(kind.cast(event))));
  }

  private static WindowResult in(WindowResult result, UnaryOperator<WindowResult> how) {
    return result.window().number() == 2 ? how.apply(result) : result;
  }

  private static List<Violation> tamperedResult(UnaryOperator<WindowResult> how) {
    return tampered(WindowFinalized.class, event -> new WindowFinalized(in(event.result(), how)));
  }

  private static List<Violation> tamperedReport(UnaryOperator<SignedScoreReport> how) {
    return tampered(
        ScoresSubmitted.class,
        event ->
            event.scores().report().window().number() == 2
                    && event.scores().report().validator().value() == 2
                ? new ScoresSubmitted(how.apply(event.scores()))
                : event);
  }

  private static WindowResult with(
      WindowResult old, List<MinerResult> miners, Coins emission, List<Credit> credits) {
    return new WindowResult(
        old.window(),
        old.empty(),
        miners,
        old.drifted(),
        old.topG(),
        old.topGDigest(),
        emission,
        credits);
  }

  private static void assertFound(
      List<Violation> violations, int invariant, String subject, String field) {
    assertThat(violations)
        .anySatisfy(
            violation -> {
              assertThat(violation.invariant()).isEqualTo(invariant);
              assertThat(violation.subject()).isEqualTo(subject);
              assertThat(violation.field()).contains(field);
              assertThat(violation.message()).contains(subject).contains(field);
            });
  }

  @Test
  void aTrueHistoryHasNoViolation() {
    assertThat(check(TRUE.records())).isEmpty();
  }

  @Test
  void everyPrefixOfATrueHistoryThatEndsBetweenCallsHasNone() {
    List<ChainRecord> records = TRUE.records();
    for (int length = 0; length <= records.size(); length += 23) {
      assertThat(check(records.subList(0, length))).isEmpty();
    }
  }

  @Test
  void findsASecondCreditForOneRecipient() {
    assertFound(
        tamperedResult(
            result -> {
              List<Credit> credits = new ArrayList<>(result.credits());
              credits.add(credits.getFirst());
              return with(
                  result,
                  result.miners(),
                  result.emission().plus(credits.getFirst().amount()),
                  credits);
            }),
        1,
        "miner 2",
        "credits");
  }

  @Test
  void findsCreditsThatAreNotTheEmission() {
    assertFound(
        tamperedResult(
            result ->
                with(
                    result,
                    result.miners(),
                    result.emission().minus(new Coins(1)),
                    result.credits())),
        1,
        "window",
        "sum of the credits");
  }

  @Test
  void findsAnEmissionAboveTheSchedule() {
    assertFound(
        tamperedResult(
            result -> {
              List<Credit> credits = new ArrayList<>(result.credits());
              Credit last = credits.removeLast();
              credits.add(new Credit(last.payee(), last.amount().plus(Coins.whole(1))));
              return with(result, result.miners(), result.emission().plus(Coins.whole(1)), credits);
            }),
        1,
        "window",
        "emission");
  }

  @Test
  void findsAClaimToAnotherAddress() {
    assertFound(
        tampered(
            Claimed.class, event -> new Claimed(event.payee(), address("thief"), event.amount())),
        1,
        "miner 3",
        "recipient");
  }

  @Test
  void findsAFlippedScoreByItsSignature() {
    assertFound(
        tamperedReport(
            scores ->
                new SignedScoreReport(
                    withGain(scores.report(), 77_777), scores.timestampMs(), scores.signature())),
        2,
        "validator 2",
        "signature");
  }

  private static ScoreReport withGain(ScoreReport report, long gain) {
    List<ScoreEntry> entries = new ArrayList<>(report.entries());
    ScoreEntry first = entries.getFirst();
    entries.set(
        0,
        new ScoreEntry(
            first.miner(),
            first.contentHash(),
            first.verdict(),
            new NanoNats(gain),
            first.assignedGain()));
    return withEntries(report, report.enclaveEpoch(), entries);
  }

  private static ScoreReport withEntries(ScoreReport report, long epoch, List<ScoreEntry> entries) {
    return new ScoreReport(
        report.network(),
        report.validator(),
        epoch,
        report.window(),
        report.evaluator(),
        report.baseRoot(),
        report.datasetRoot(),
        report.assignmentSeed(),
        report.evaluationSeed(),
        entries);
  }

  @Test
  void findsAnEnclaveThatIsNotTheRegisteredOne() {
    assertFound(
        tamperedReport(
            scores ->
                TRUE.signed(
                    withEntries(scores.report(), 2, scores.report().entries()),
                    scores.timestampMs())),
        2,
        "validator 2",
        "enclave epoch");
  }

  @Test
  void findsASignedReportOfAnotherBase() {
    assertFound(
        tamperedReport(
            scores -> {
              ScoreReport old = scores.report();
              return TRUE.signed(
                  new ScoreReport(
                      old.network(),
                      old.validator(),
                      old.enclaveEpoch(),
                      old.window(),
                      old.evaluator(),
                      digest("another base"),
                      old.datasetRoot(),
                      old.assignmentSeed(),
                      old.evaluationSeed(),
                      old.entries()),
                  scores.timestampMs());
            }),
        2,
        "validator 2",
        "base root");
  }

  @Test
  void findsAScoreOfContentThatWasNotCommitted() {
    assertFound(
        tamperedReport(
            scores ->
                TRUE.signed(
                    withEntries(scores.report(), 1, List.of(accepted(9, 1, 10_000, 11_000))),
                    scores.timestampMs())),
        2,
        "validator 2",
        "content hash scored for miner 1");
  }

  @Test
  void findsAGradientCommittedAfterTheDeadline() {
    List<ChainRecord> late = new ArrayList<>();
    long deadline = 100_000 + 3 * 10_000 + 8_000;
    for (ChainRecord next : TRUE.records()) {
      boolean lastCommit =
          next.event() instanceof GradientCommitted commit
              && commit.window().number() == 3
              && commit.miner().value() == 3;
      late.add(lastCommit ? new ChainRecord(next.sequence(), deadline, next.event()) : next);
    }
    assertFound(check(late), 3, "miner 3", "phase");
  }

  @Test
  void findsASecondGradientOfOneMiner() {
    List<Violation> violations =
        tampered(
            GradientCommitted.class,
            event ->
                event.window().number() == 2 && event.miner().value() == 2
                    ? new GradientCommitted(
                        event.window(),
                        new MinerUid(1),
                        event.contentHash(),
                        event.size(),
                        event.storageReference(),
                        event.codec())
                    : event);
    assertThat(violations)
        .last()
        .extracting(Violation::found)
        .asString()
        .contains("committed before");
  }

  @Test
  void findsABrokenParentLink() {
    assertFound(
        tampered(
            CheckpointAnchored.class,
            event ->
                new CheckpointAnchored(
                    event.checkpoint(), digest("no parent"), event.topGDigest())),
        4,
        "window",
        "parent root");
  }

  @Test
  void findsAnAnchorOfAnotherMergedSet() {
    assertFound(
        tampered(
            CheckpointAnchored.class,
            event ->
                new CheckpointAnchored(event.checkpoint(), event.parent(), digest("other set"))),
        4,
        "window",
        "digest of the merged gradients");
  }

  @Test
  void findsAnAnchorWithoutTwoThirds() {
    assertFound(
        check(
            without(
                TRUE.records(),
                event ->
                    event instanceof CheckpointVoted vote
                        && vote.checkpoint().equals(window(3))
                        && vote.validator().value() > 1)),
        4,
        "checkpoint 3",
        "votes");
  }

  @Test
  void findsAWindowOnAnotherBase() {
    assertFound(
        tampered(
            WindowOpened.class,
            event ->
                new WindowOpened(
                    event.window(),
                    event.assignmentSeed(),
                    new CheckpointRef(event.base().window(), digest("elsewhere")),
                    event.miners(),
                    event.validators())),
        4,
        "window",
        "base checkpoint");
  }

  @Test
  void findsAnAlteredRatingAndNamesMinerAndField() {
    List<Violation> violations =
        tamperedResult(
            result -> {
              List<MinerResult> miners = new ArrayList<>(result.miners());
              MinerResult old = miners.getFirst();
              miners.set(
                  0,
                  new MinerResult(
                      old.miner(),
                      old.verdict(),
                      old.heldoutGain(),
                      old.assignedGain(),
                      old.proofNanos(),
                      old.before(),
                      new Rating(old.after().muNanos() + 1, old.after().sigmaNanos()),
                      old.eligible(),
                      old.weightNanos()));
              return with(result, miners, result.emission(), result.credits());
            });
    assertFound(violations, 6, "miner 1", "rating after");
    assertThat(violations.getFirst().miner()).contains(new MinerUid(1));
    assertThat(violations.getFirst().window()).isEqualTo(window(2));
  }

  @Test
  void findsARedirectedCredit() {
    assertFound(
        tamperedResult(
            result -> {
              List<Credit> credits = new ArrayList<>(result.credits());
              credits.set(
                  0, new Credit(new Payee.Miner(new MinerUid(1)), credits.getFirst().amount()));
              return with(result, result.miners(), result.emission(), credits);
            }),
        6,
        "miner 2",
        "credit");
  }

  @Test
  void findsADeviationThatIsHiddenOrInvented() {
    TestNetwork network = TestNetwork.ofChainAlone(2);
    network.open(1);
    List<ScoreEntry> honest = new ArrayList<>();
    List<ScoreEntry> forged = new ArrayList<>();
    for (int miner = 1; miner <= 2; miner++) {
      network.commit(1, miner, digest("content 1 " + miner), 1_000);
      honest.add(accepted(1, miner, 10, 20));
      forged.add(accepted(1, miner, miner == 1 ? 9_000 : 10, 20));
    }
    network.openScoring(1).report(1, 1, honest).report(1, 2, forged).report(1, 3, honest);
    network.close(1);
    assertThat(check(network.records())).isEmpty();

    List<ChainRecord> hidden = without(network.records(), DeviationObserved.class::isInstance);
    assertFound(check(hidden), 6, "validator 2", "deviation");

    List<ChainRecord> invented =
        rewritten(
            network.records(),
            DeviationObserved.class::isInstance,
            event -> new DeviationObserved(window(1), new ValidatorUid(3), new MinerUid(1)));
    assertFound(check(invented), 6, "validator 3", "deviation");

    List<ChainRecord> jailed = new ArrayList<>(network.records());
    ChainRecord last = jailed.getLast();
    jailed.add(
        new ChainRecord(
            last.sequence() + 1,
            last.timeMs(),
            new ValidatorJailed(new ValidatorUid(1), window(1))));
    assertFound(check(jailed), 6, "validator 1", "jailing");
  }

  @Test
  void findsASecondVote() {
    List<Violation> violations =
        tampered(
            CheckpointVoted.class,
            event ->
                event.checkpoint().equals(window(3))
                    ? new CheckpointVoted(new ValidatorUid(1), event.checkpoint(), event.root())
                    : event);
    assertThat(violations).last().extracting(Violation::found).asString().contains("voted before");
  }

  @Test
  void findsAGapAndLooksNoFurther() {
    List<ChainRecord> gap = new ArrayList<>(TRUE.records());
    gap.remove(4);
    assertThat(check(gap)).singleElement().extracting(Violation::field).isEqualTo("event 6");
  }

  @Test
  void aHistoryThatBeginsInTheMiddleIsAViolationToo() {
    assertThat(check(TRUE.records().subList(5, 9))).hasSize(1);
  }
}
