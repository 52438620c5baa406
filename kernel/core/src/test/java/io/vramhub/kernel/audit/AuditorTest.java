package io.vramhub.kernel.audit;

import static io.vramhub.kernel.audit.TestNetwork.digest;
import static io.vramhub.kernel.audit.TestNetwork.rewritten;
import static io.vramhub.kernel.audit.TestNetwork.window;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.ChainEvent.CheckpointAnchored;
import io.vramhub.api.model.ChainEvent.CheckpointVoted;
import io.vramhub.api.model.ChainEvent.ScoresSubmitted;
import io.vramhub.api.model.ChainEvent.WindowFinalized;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.CheckpointRef;
import io.vramhub.api.model.MinerResult;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NanoNats;
import io.vramhub.api.model.Rating;
import io.vramhub.api.model.ScoreEntry;
import io.vramhub.api.model.ScoreReport;
import io.vramhub.api.model.SignedScoreReport;
import io.vramhub.api.model.Verdict;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.model.WindowResult;
import io.vramhub.kernel.audit.AuditOutcome.Difference;
import io.vramhub.kernel.audit.AuditOutcome.Pass;
import io.vramhub.protocol.checkpoint.CheckpointNames;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AuditorTest {
  @TempDir private Path directory;

  private AuditScenario threeWindows() {
    return new AuditScenario(directory).play(1).play(2).play(3);
  }

  private static AuditSummary passed(AuditOutcome outcome) {
    assertThat(outcome)
        .as(
            () ->
                outcome instanceof Difference difference
                    ? difference.sentence()
                    : outcome.toString())
        .isInstanceOf(Pass.class);
    return ((Pass) outcome).summary();
  }

  private static Difference differs(AuditOutcome outcome) {
    assertThat(outcome).isInstanceOf(Difference.class);
    return (Difference) outcome;
  }

  private static List<ScoreEntry> raised(List<ScoreEntry> entries, int index) {
    List<ScoreEntry> forged = new ArrayList<>(entries);
    ScoreEntry old = forged.get(index);
    forged.set(
        index,
        new ScoreEntry(
            old.miner(),
            old.contentHash(),
            old.verdict(),
            new NanoNats(old.heldoutGain().value() + 1),
            old.assignedGain()));
    return forged;
  }

  private static ScoreReport with(ScoreReport report, List<ScoreEntry> entries) {
    return new ScoreReport(
        report.network(),
        report.validator(),
        report.enclaveEpoch(),
        report.window(),
        report.evaluator(),
        report.baseRoot(),
        report.datasetRoot(),
        report.assignmentSeed(),
        report.evaluationSeed(),
        entries);
  }

  /** The history with validator 2's report on window 2 changed. */
  private static List<ChainRecord> tampered(
      List<ChainRecord> records, UnaryOperator<SignedScoreReport> how) {
    return rewritten(
        records,
        event ->
            event instanceof ScoresSubmitted submitted
                && submitted.scores().report().window().equals(window(2))
                && submitted.scores().report().validator().value() == 2,
        event -> new ScoresSubmitted(how.apply(((ScoresSubmitted) event).scores())));
  }

  @Test
  void passesATrueHistory() {
    AuditScenario scenario = threeWindows();
    List<WindowId> heard = new ArrayList<>();
    AuditSummary summary =
        passed(
            scenario.audit(
                scenario.network.records(),
                1,
                99,
                (window, done, total) -> {
                  assertThat(done).isEqualTo(heard.size() + 1);
                  assertThat(total).isEqualTo(3);
                  heard.add(window);
                }));
    assertThat(heard).containsExactly(window(1), window(2), window(3));
    assertThat(summary.windows()).isEqualTo(3);
    assertThat(summary.to()).isEqualTo(window(3));
    assertThat(summary.gradients()).isEqualTo(9);
    assertThat(summary.lines()).isEqualTo(27);
    assertThat(summary.merges()).as("the story is pointless if nothing is merged").isPositive();
    assertThat(summary.snapshots()).isPositive();
    assertThat(summary.newest()).isEqualTo(scenario.network.state().newestCheckpoint());
    assertThat(summary.sentence()).contains("9 gradients").contains(summary.newest().root().hex());
  }

  @Test
  void beginsAtTheNearestStoredCheckpoint() {
    AuditScenario scenario = threeWindows();
    assertThat(scenario.stored).containsKey(CheckpointNames.file(window(2)));
    scenario.stored.remove(AuditScenario.key(1, 1));
    AuditSummary summary = passed(scenario.audit(3, 3));
    assertThat(summary.windows()).isOne();
    assertThat(scenario.read).doesNotContain(AuditScenario.key(1, 2));
    assertThat(directory.resolve("text").getParent()).isDirectoryNotContaining("glob:**audit-*");
  }

  @Test
  void replaysFromTheBeginningIfTheStoredCheckpointIsNotTheAnchoredOne() {
    AuditScenario scenario = threeWindows();
    byte[] file = scenario.stored.get(CheckpointNames.file(window(2)));
    file[file.length - 1] ^= 1;
    AuditSummary summary = passed(scenario.audit(3, 3));
    assertThat(summary.windows()).isOne();
    assertThat(scenario.read).contains(CheckpointNames.file(window(2)));
  }

  @Test
  void aFlippedScoreNamesWindowMinerAndField() {
    AuditScenario scenario = threeWindows();
    Difference difference =
        differs(
            scenario.audit(
                tampered(
                    scenario.network.records(),
                    scores ->
                        new SignedScoreReport(
                            with(scores.report(), raised(scores.report().entries(), 1)),
                            scores.timestampMs(),
                            scores.signature())),
                1,
                3,
                AuditProgress.NONE));
    assertThat(difference.window()).isEqualTo(window(2));
    assertThat(difference.miner()).contains(new MinerUid(2));
    assertThat(difference.field()).isEqualTo("held-out gain reported by validator 2");
    assertThat(Long.parseLong(difference.found()))
        .isEqualTo(Long.parseLong(difference.expected()) + 1);
    assertThat(difference.sentence()).startsWith("window 2, miner 2: held-out gain");
  }

  @Test
  void aForgedSignatureIsFoundWhereAllNumbersAreTrue() {
    AuditScenario scenario = threeWindows();
    Difference difference =
        differs(
            scenario.audit(
                tampered(
                    scenario.network.records(),
                    scores ->
                        new SignedScoreReport(
                            scores.report(), scores.timestampMs(), new Bytes(new byte[64]))),
                1,
                3,
                AuditProgress.NONE));
    assertThat(difference.window()).isEqualTo(window(2));
    assertThat(difference.miner()).isEmpty();
    assertThat(difference.field()).contains("signature").contains("validator 2");
  }

  @Test
  void aChangedPayloadNamesItsMiner() {
    AuditScenario scenario = threeWindows();
    byte[] payload = scenario.stored.get(AuditScenario.key(2, 3));
    payload[payload.length / 2] ^= 1;
    Difference difference = differs(scenario.audit(1, 3));
    assertThat(difference.window()).isEqualTo(window(2));
    assertThat(difference.miner()).contains(new MinerUid(3));
    assertThat(difference.field()).isEqualTo("stored payload");
    assertThat(difference.found()).isEqualTo("other bytes");
  }

  @Test
  void aVanishedPayloadNamesItsMiner() {
    AuditScenario scenario = threeWindows();
    scenario.stored.remove(AuditScenario.key(1, 2));
    Difference difference = differs(scenario.audit(1, 3));
    assertThat(difference.miner()).contains(new MinerUid(2));
    assertThat(difference.found()).isEqualTo("nothing");
  }

  @Test
  void anAlteredRatingNamesMinerAndField() {
    AuditScenario scenario = threeWindows();
    List<ChainRecord> records =
        rewritten(
            scenario.network.records(),
            event ->
                event instanceof WindowFinalized finalized
                    && finalized.result().window().equals(window(2)),
            event -> new WindowFinalized(richer(((WindowFinalized) event).result())));
    Difference difference = differs(scenario.audit(records, 1, 3, AuditProgress.NONE));
    assertThat(difference.window()).isEqualTo(window(2));
    assertThat(difference.miner()).contains(new MinerUid(1));
    assertThat(difference.field()).isEqualTo("rating after");
  }

  private static WindowResult richer(WindowResult result) {
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
    return new WindowResult(
        result.window(),
        result.empty(),
        miners,
        result.drifted(),
        result.topG(),
        result.topGDigest(),
        result.emission(),
        result.credits());
  }

  @Test
  void anotherMergedRootIsFoundAtItsWindow() {
    AuditScenario scenario = threeWindows();
    WindowId checkpoint = scenario.network.state().newestCheckpoint().window();
    List<ChainRecord> records =
        rewritten(scenario.network.records(), event -> true, event -> otherRoot(event, checkpoint));
    Difference difference = differs(scenario.audit(records, 1, 3, AuditProgress.NONE));
    assertThat(difference.window()).isEqualTo(checkpoint.previous());
    assertThat(difference.field()).isEqualTo("merged root");
    assertThat(difference.found()).isEqualTo(digest("elsewhere").hex());
  }

  private static ChainEvent otherRoot(ChainEvent event, WindowId checkpoint) {
    if (event instanceof CheckpointVoted vote && vote.checkpoint().equals(checkpoint)) {
      return new CheckpointVoted(vote.validator(), checkpoint, digest("elsewhere"));
    }
    if (event instanceof CheckpointAnchored anchored
        && anchored.checkpoint().window().equals(checkpoint)) {
      return new CheckpointAnchored(
          new CheckpointRef(checkpoint, digest("elsewhere")),
          anchored.parent(),
          anchored.topGDigest());
    }
    return event;
  }

  @Test
  void aChangedSnapshotIsFound() {
    AuditScenario scenario = threeWindows();
    byte[] file = scenario.stored.get(CheckpointNames.file(window(2)));
    file[file.length / 2] ^= 1;
    Difference difference = differs(scenario.audit(1, 3));
    assertThat(difference.window()).isEqualTo(window(1));
    assertThat(difference.field()).isEqualTo("stored checkpoint 2");
  }

  @Test
  void aSnapshotOfAnotherLengthIsNotEvenRead() {
    AuditScenario scenario = threeWindows();
    scenario.stored.put(CheckpointNames.file(window(2)), new byte[7]);
    Difference difference = differs(scenario.audit(1, 3));
    assertThat(difference.found()).isEqualTo("a file of 7 bytes");
    assertThat(scenario.read).doesNotContain(CheckpointNames.file(window(2)));
  }

  @Test
  void aBrokenInvariantIsADifferenceToo() {
    AuditScenario scenario = threeWindows();
    List<ChainRecord> records =
        rewritten(
            scenario.network.records(),
            event -> event instanceof CheckpointAnchored,
            event -> {
              CheckpointAnchored anchored = (CheckpointAnchored) event;
              return new CheckpointAnchored(
                  anchored.checkpoint(), digest("orphan"), anchored.topGDigest());
            });
    Difference difference = differs(scenario.audit(records, 3, 3, AuditProgress.NONE));
    assertThat(difference.field()).contains("parent root");
  }

  @Test
  void aLieTheChainRecordsAsADeviationPasses() {
    AuditScenario scenario = new AuditScenario(directory).play(1, 3, entries -> raised(entries, 0));
    AuditSummary summary = passed(scenario.audit(1, 1));
    assertThat(summary.deviations()).isOne();
  }

  @Test
  void aGradientThatWasMissingThenMayBeThereNow() {
    AuditScenario scenario = new AuditScenario(directory);
    scenario.network.open(1);
    scenario.commitAll(1);
    scenario.network.openScoring(1);
    byte[] late =
        Optional.ofNullable(scenario.stored.remove(AuditScenario.key(1, 2))).orElseThrow();
    List<ScoreEntry> entries = scenario.scores(1);
    assertThat(entries.get(1).verdict()).isEqualTo(Verdict.MISSING);
    for (int validator = 1; validator <= 3; validator++) {
      scenario.network.report(1, validator, entries);
    }
    scenario.settle(1);
    scenario.stored.put(AuditScenario.key(1, 2), late);
    AuditSummary summary = passed(scenario.audit(1, 1));
    assertThat(summary.notRepeatable()).isOne();
    assertThat(summary.gradients()).isEqualTo(2);
  }

  @Test
  void anEmptyWindowPasses() {
    AuditScenario scenario = new AuditScenario(directory);
    scenario.network.open(1).openScoring(1);
    scenario.network.close(1);
    assertThat(passed(scenario.audit(1, 1)).gradients()).isZero();
    assertThat(passed(scenario.play(2).audit(1, 2)).windows()).isEqualTo(2);
  }

  @Test
  void saysWhatToDoIfNoWindowOfTheRangeIsFinal() {
    AuditScenario scenario = new AuditScenario(directory);
    scenario.network.open(1);
    assertThatThrownBy(() -> scenario.audit(1, 4))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND))
        .hasMessageContaining("finalized");
  }
}
