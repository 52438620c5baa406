package io.vramhub.protocol.chain;

import io.vramhub.api.model.ChainEvent.DeviationObserved;
import io.vramhub.api.model.ChainEvent.GradientCommitted;
import io.vramhub.api.model.ChainEvent.ScoringOpened;
import io.vramhub.api.model.ChainEvent.WindowOpened;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.SignedScoreReport;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.model.WindowResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything the chain knows of one opened window.
 *
 * @param openedAtMs chain time of its opening
 * @param commits the committed gradients, by miner
 * @param scores the reports, by validator
 * @param result set once finalized
 * @param votes roots voted for the checkpoint merged from this window, by validator
 * @param deviations reported lines that differed from the median
 */
public record WindowRecord(
    WindowOpened opened,
    long openedAtMs,
    SortedMap<MinerUid, Commit> commits,
    Optional<ScoringOpened> scoring,
    SortedMap<ValidatorUid, SignedScoreReport> scores,
    Optional<WindowResult> result,
    SortedMap<ValidatorUid, Digest> votes,
    List<DeviationObserved> deviations) {

  /**
   * A committed gradient.
   *
   * @param order rank of the commit within the window from 0, which decides who is the duplicate
   * @param timeMs chain time of the commit
   */
  public record Commit(GradientCommitted gradient, int order, long timeMs) {}

  public WindowRecord {
    commits = Collections.unmodifiableSortedMap(new TreeMap<>(commits));
    scores = Collections.unmodifiableSortedMap(new TreeMap<>(scores));
    votes = Collections.unmodifiableSortedMap(new TreeMap<>(votes));
    deviations = List.copyOf(deviations);
  }

  static WindowRecord opened(WindowOpened opened, long timeMs) {
    return new WindowRecord(
        opened,
        timeMs,
        Collections.emptySortedMap(),
        Optional.empty(),
        Collections.emptySortedMap(),
        Optional.empty(),
        Collections.emptySortedMap(),
        List.of());
  }

  public WindowId window() {
    return opened.window();
  }

  /** The number of the checkpoint that is merged from this window. */
  public WindowId nextCheckpoint() {
    return window().next();
  }

  /** The miner's rank among the window's miners, which fixes its pages; empty if it is not one. */
  public OptionalInt slot(MinerUid miner) {
    int slot = Collections.binarySearch(opened.miners(), miner);
    return slot < 0 ? OptionalInt.empty() : OptionalInt.of(slot);
  }

  WindowRecord withCommit(GradientCommitted gradient, long timeMs) {
    SortedMap<MinerUid, Commit> more = new TreeMap<>(commits);
    more.put(gradient.miner(), new Commit(gradient, commits.size(), timeMs));
    return new WindowRecord(opened, openedAtMs, more, scoring, scores, result, votes, deviations);
  }

  WindowRecord withScoring(ScoringOpened newScoring) {
    return new WindowRecord(
        opened, openedAtMs, commits, Optional.of(newScoring), scores, result, votes, deviations);
  }

  WindowRecord withScores(SignedScoreReport report) {
    SortedMap<ValidatorUid, SignedScoreReport> more = new TreeMap<>(scores);
    more.put(report.report().validator(), report);
    return new WindowRecord(opened, openedAtMs, commits, scoring, more, result, votes, deviations);
  }

  WindowRecord withResult(WindowResult newResult) {
    return new WindowRecord(
        opened, openedAtMs, commits, scoring, scores, Optional.of(newResult), votes, deviations);
  }

  WindowRecord withVote(ValidatorUid validator, Digest root) {
    SortedMap<ValidatorUid, Digest> more = new TreeMap<>(votes);
    more.put(validator, root);
    return new WindowRecord(opened, openedAtMs, commits, scoring, scores, result, more, deviations);
  }

  WindowRecord withDeviation(DeviationObserved deviation) {
    List<DeviationObserved> more = new ArrayList<>(deviations);
    more.add(deviation);
    return new WindowRecord(opened, openedAtMs, commits, scoring, scores, result, votes, more);
  }
}
