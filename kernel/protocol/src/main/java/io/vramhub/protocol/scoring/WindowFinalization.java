package io.vramhub.protocol.scoring;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.ChainEvent.Bond;
import io.vramhub.api.model.ChainEvent.DeviationObserved;
import io.vramhub.api.model.ChainEvent.ScoringOpened;
import io.vramhub.api.model.ChainEvent.ValidatorJailed;
import io.vramhub.api.model.Coins;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.MinerResult;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NanoNats;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.PayoutShares;
import io.vramhub.api.model.Rating;
import io.vramhub.api.model.RatingChange;
import io.vramhub.api.model.RatingRound;
import io.vramhub.api.model.RatingUpdate;
import io.vramhub.api.model.ScoreEntry;
import io.vramhub.api.model.SignedScoreReport;
import io.vramhub.api.model.Standing;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.Verdict;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.model.WindowResult;
import io.vramhub.protocol.chain.ChainState;
import io.vramhub.protocol.chain.MinerRecord;
import io.vramhub.protocol.chain.ValidatorRecord;
import io.vramhub.protocol.chain.WindowRecord;
import io.vramhub.protocol.rating.AbsenceDrift;
import io.vramhub.protocol.rating.PlackettLuce;
import io.vramhub.protocol.rating.Weights;
import io.vramhub.protocol.reward.EmissionSchedule;
import io.vramhub.protocol.reward.RewardSplit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Finalizes a window (protocol sections 7 and 10) from the chain's state just before, as a pure
 * function:
 *
 * <ol>
 *   <li>For every committed gradient the lines of its assigned scorers; with fewer than the quorum
 *       the miner is <em>unscored</em>: no result, no rating change, and no absence either, for the
 *       trouble is not its own.
 *   <li>If nobody is scored the window is empty: no emission, no rating change, the base carries
 *       over.
 *   <li>{@link Consensus}: verdict, medians, deviations.
 *   <li>{@link ProofOfComputation}, then {@link Eligibility}.
 *   <li>{@link PlackettLuce} over the scored miners: accepted ones rank by held-out gain, equal
 *       gains tie; all others tie behind them.
 *   <li>{@link AbsenceDrift} for active miners that committed nothing in more than {@code
 *       absence_windows} windows on end.
 *   <li>{@link Weights} over this window's eligible miners, {@link TopG}, {@link RewardSplit}.
 * </ol>
 *
 * <p>The order in which commits and reports arrived inside the window changes nothing but who is
 * the duplicate, which the scorers have already said.
 */
public final class WindowFinalization {
  private static final long NANOS = 1_000_000_000L;

  private WindowFinalization() {}

  /** A miner with what its scorers say of it. */
  private record Scored(MinerRecord miner, Consensus consensus, long proofNanos) {}

  /**
   * @param before the state in which the window is not yet final; only read
   * @throws HubException {@link ErrorCode#CHAIN_CORRUPT} if the window was never opened or is final
   */
  public static FinalizedWindow compute(ChainState before, WindowId window) {
    WindowRecord record =
        before
            .window(window)
            .orElseThrow(
                () ->
                    new HubException(
                        ErrorCode.CHAIN_CORRUPT,
                        "window " + window + " cannot be finalized: it was never opened"));
    if (record.result().isPresent()) {
      throw new HubException(
          ErrorCode.CHAIN_CORRUPT,
          "window " + window + " cannot be finalized: it is final already");
    }
    NetworkParameters parameters = before.parameters(window);
    Reports reports = Reports.of(parameters, record);

    List<Scored> scored = new ArrayList<>();
    List<DeviationObserved> deviations = new ArrayList<>();
    for (MinerUid miner : record.commits().keySet()) {
      List<Consensus.Line> lines = reports.lines(miner);
      if (lines.size() < reports.quorum() || lines.isEmpty()) {
        continue;
      }
      Consensus consensus = Consensus.of(lines);
      scored.add(scored(before, parameters, miner, consensus));
      for (ValidatorUid deviator : consensus.deviators()) {
        deviations.add(new DeviationObserved(window, deviator, miner));
      }
    }
    if (scored.isEmpty()) {
      return new FinalizedWindow(empty(window), List.of(), List.of());
    }
    return new FinalizedWindow(
        result(before, record, parameters, scored, reports.completeness(deviations)),
        deviations,
        jailings(before, parameters, window, deviations));
  }

  private static Scored scored(
      ChainState before, NetworkParameters parameters, MinerUid uid, Consensus consensus) {
    MinerRecord miner =
        before
            .miner(uid)
            .orElseThrow(() -> new IllegalStateException("the fold knows every committed miner"));
    long proof =
        consensus.verdict() == Verdict.ACCEPTED
            ? ProofOfComputation.updated(
                parameters.scoring(),
                miner.proofNanos(),
                consensus.assignedGain(),
                consensus.heldoutGain())
            : miner.proofNanos();
    return new Scored(miner, consensus, proof);
  }

  private static WindowResult result(
      ChainState before,
      WindowRecord record,
      NetworkParameters parameters,
      List<Scored> scored,
      SortedMap<ValidatorUid, RewardSplit.Work> work) {
    RatingUpdate ratings = PlackettLuce.update(round(scored));
    List<Standing> standings = new ArrayList<>();
    for (Scored line : scored) {
      boolean eligible =
          Eligibility.holds(
              parameters.scoring(),
              line.consensus().verdict(),
              line.consensus().heldoutGain(),
              line.proofNanos());
      MinerUid uid = line.miner().uid();
      standings.add(new Standing(uid, after(ratings, uid), eligible));
    }
    PayoutShares shares = Weights.shares(standings);
    List<MinerResult> results = new ArrayList<>();
    for (int i = 0; i < scored.size(); i++) {
      Scored line = scored.get(i);
      Standing standing = standings.get(i);
      results.add(
          new MinerResult(
              standing.miner(),
              line.consensus().verdict(),
              line.consensus().heldoutGain(),
              line.consensus().assignedGain(),
              line.proofNanos(),
              line.miner().rating(),
              standing.rating(),
              standing.eligible(),
              shares.nanos().getOrDefault(standing.miner(), 0L)));
    }
    List<MinerUid> topG = TopG.select(results, parameters.model().topG());
    RewardSplit split =
        RewardSplit.of(
            EmissionSchedule.emission(before.issued()), parameters.reward(), shares, work);
    return new WindowResult(
        record.window(),
        false,
        results,
        drifted(before, record, parameters.scoring().absenceWindows()),
        topG,
        topGDigest(record, topG),
        split.emission(),
        split.credits());
  }

  /** Accepted gradients by held-out gain, equal gains tie; everything else ties last. */
  private static RatingRound round(List<Scored> scored) {
    List<Scored> best = new ArrayList<>(scored);
    best.sort(
        Comparator.comparing((Scored line) -> rankKey(line.consensus()), RANKS)
            .thenComparing(line -> line.miner().uid()));
    List<RatingRound.Entrant> entrants = new ArrayList<>();
    int rank = 0;
    Optional<RankKey> previous = Optional.empty();
    for (int i = 0; i < best.size(); i++) {
      RankKey key = rankKey(best.get(i).consensus());
      if (previous.isEmpty() || !previous.get().equals(key)) {
        rank = i + 1;
      }
      previous = Optional.of(key);
      MinerRecord miner = best.get(i).miner();
      entrants.add(new RatingRound.Entrant(miner.uid(), miner.rating(), rank));
    }
    entrants.sort(Comparator.comparing(RatingRound.Entrant::miner));
    return new RatingRound(entrants);
  }

  private record RankKey(boolean accepted, NanoNats heldoutGain) {}

  private static final Comparator<RankKey> RANKS =
      Comparator.comparing(RankKey::accepted).thenComparing(RankKey::heldoutGain).reversed();

  private static RankKey rankKey(Consensus consensus) {
    return new RankKey(consensus.verdict() == Verdict.ACCEPTED, consensus.heldoutGain());
  }

  private static Rating after(RatingUpdate ratings, MinerUid uid) {
    return Optional.ofNullable(ratings.ratings().get(uid))
        .orElseThrow(() -> new IllegalStateException("every entrant has a rating after the round"));
  }

  private static List<RatingChange> drifted(
      ChainState before, WindowRecord record, int absenceWindows) {
    List<RatingChange> drifted = new ArrayList<>();
    for (MinerUid uid : record.opened().miners()) {
      Optional<MinerRecord> miner = before.miner(uid);
      if (miner.isEmpty()
          || record.commits().containsKey(uid)
          || miner.get().consecutiveAbsences() + 1 <= absenceWindows) {
        continue;
      }
      Rating rating = miner.get().rating();
      Rating after = AbsenceDrift.drifted(rating);
      if (!after.equals(rating)) {
        drifted.add(new RatingChange(uid, rating, after));
      }
    }
    return drifted;
  }

  private static Digest topGDigest(WindowRecord record, List<MinerUid> topG) {
    List<TopG.Member> members = new ArrayList<>();
    for (MinerUid uid : topG) {
      WindowRecord.Commit commit =
          Optional.ofNullable(record.commits().get(uid))
              .orElseThrow(() -> new IllegalStateException("only committed gradients are merged"));
      members.add(new TopG.Member(uid, commit.gradient().contentHash()));
    }
    return TopG.digest(record.window(), members);
  }

  private static List<ValidatorJailed> jailings(
      ChainState before,
      NetworkParameters parameters,
      WindowId window,
      List<DeviationObserved> deviations) {
    SortedMap<ValidatorUid, Integer> added = new TreeMap<>();
    for (DeviationObserved deviation : deviations) {
      added.merge(deviation.validator(), 1, Integer::sum);
    }
    List<ValidatorJailed> jailings = new ArrayList<>();
    added.forEach(
        (uid, count) -> {
          Optional<ValidatorRecord> validator =
              before.validator(uid).filter(found -> found.jailed().isEmpty());
          if (validator.isPresent()
              && validator.get().deviations() + count >= parameters.scoring().maxDeviations()) {
            jailings.add(new ValidatorJailed(uid, window));
          }
        });
    return jailings;
  }

  private static WindowResult empty(WindowId window) {
    return new WindowResult(
        window,
        true,
        List.of(),
        List.of(),
        List.of(),
        TopG.digest(window, List.of()),
        Coins.ZERO,
        List.of());
  }

  /** The window's reports, sorted by who was asked to say what. */
  private record Reports(
      int quorum,
      SortedMap<MinerUid, List<ValidatorUid>> scorers,
      SortedMap<ValidatorUid, Coins> stakes,
      SortedMap<ValidatorUid, SortedMap<MinerUid, ScoreEntry>> entries) {

    static Reports of(NetworkParameters parameters, WindowRecord record) {
      List<Bond> validators = record.opened().validators();
      SortedMap<MinerUid, List<ValidatorUid>> scorers = new TreeMap<>();
      for (MinerUid miner : record.commits().keySet()) {
        scorers.put(
            miner,
            record
                .scoring()
                .map(ScoringOpened::evaluationSeed)
                .map(seed -> ScorerAssignment.scorers(parameters, seed, validators, miner))
                .orElse(List.of()));
      }
      SortedMap<ValidatorUid, Coins> stakes = new TreeMap<>();
      for (Bond bond : validators) {
        stakes.put(bond.validator(), bond.stake());
      }
      SortedMap<ValidatorUid, SortedMap<MinerUid, ScoreEntry>> entries = new TreeMap<>();
      for (SignedScoreReport report : record.scores().values()) {
        SortedMap<MinerUid, ScoreEntry> byMiner = new TreeMap<>();
        report.report().entries().forEach(entry -> byMiner.put(entry.miner(), entry));
        entries.put(report.report().validator(), byMiner);
      }
      return new Reports(ScorerAssignment.quorum(parameters, validators), scorers, stakes, entries);
    }

    /** What the miner's assigned scorers reported of it, by validator uid. */
    List<Consensus.Line> lines(MinerUid miner) {
      List<Consensus.Line> lines = new ArrayList<>();
      for (ValidatorUid validator : scorers.getOrDefault(miner, List.of())) {
        entry(validator, miner)
            .ifPresent(
                entry ->
                    lines.add(
                        new Consensus.Line(
                            validator, stakes.getOrDefault(validator, Coins.ZERO), entry)));
      }
      return lines;
    }

    /**
     * The share of its assigned miners each validator reported truly, in billionths: a line that a
     * majority contradicts does not count. Zero for a validator without an assigned miner, for it
     * did nothing.
     */
    SortedMap<ValidatorUid, RewardSplit.Work> completeness(List<DeviationObserved> deviations) {
      SortedMap<ValidatorUid, RewardSplit.Work> work = new TreeMap<>();
      stakes.forEach(
          (validator, stake) -> {
            long assigned =
                scorers.values().stream().filter(uids -> uids.contains(validator)).count();
            long reported =
                scorers.keySet().stream()
                    .filter(miner -> scorers.getOrDefault(miner, List.of()).contains(validator))
                    .filter(miner -> entry(validator, miner).isPresent())
                    .count();
            long deviating =
                deviations.stream().filter(line -> line.validator().equals(validator)).count();
            long completeness = assigned == 0 ? 0 : (reported - deviating) * NANOS / assigned;
            work.put(validator, new RewardSplit.Work(stake, completeness));
          });
      return work;
    }

    private Optional<ScoreEntry> entry(ValidatorUid validator, MinerUid miner) {
      return Optional.ofNullable(entries.get(validator)).map(byMiner -> byMiner.get(miner));
    }
  }
}
