package io.vramhub.api.model;

/**
 * Everything the rules read as a number (protocol: hparams). Rates and shares are in billionths.
 */
public record NetworkParameters(
    Schedule schedule, Model model, Data data, Scoring scoring, Stake stake, Reward reward) {
  /** Phases of a window, in milliseconds of chain time (protocol section 2). */
  public record Schedule(long genesisMs, long windowMs, long commitDeadlineMs, long anchorGraceMs) {
    public Schedule {
      check(windowMs > 0, "schedule.window-ms is positive");
      check(
          commitDeadlineMs > 0 && commitDeadlineMs < windowMs,
          "schedule.commit-deadline-ms lies inside the window");
      check(
          anchorGraceMs >= 0 && anchorGraceMs < commitDeadlineMs,
          "schedule.anchor-grace-ms ends before the commit deadline");
    }
  }

  /**
   * The model and how it is trained and merged (sections 4 and 8).
   *
   * @param codec name of the payload codec, {@code topk-q2/1}
   * @param topk values kept per chunk of 4,096
   * @param innerSteps optimizer steps a miner runs at most in one window
   * @param batchPages pages of one inner step
   * @param residualDecayNanos decay of the error feedback
   * @param evalRateNanos step of one gradient when it is scored
   * @param outerRateNanos step of the merged gradient
   * @param topG most gradients merged in one window
   * @param maxShareNanos most a single payload's L2 norm may be of the summed norms of the merged
   *     set
   * @param checkpointFrequency windows between uploaded snapshots
   */
  public record Model(
      ModelSpec spec,
      String codec,
      int topk,
      int innerSteps,
      int batchPages,
      long residualDecayNanos,
      long evalRateNanos,
      long outerRateNanos,
      int topG,
      long maxShareNanos,
      int checkpointFrequency) {
    public Model {
      check(topk > 0 && topk <= 4096, "model.topk lies in 1..4096");
      check(innerSteps > 0 && batchPages > 0, "model.inner-steps and batch-pages are positive");
      check(
          topG > 0 && checkpointFrequency > 0, "model.top-g and checkpoint-frequency are positive");
    }

    /** Pages assigned to each miner of a window. */
    public int pagesPerMiner() {
      return innerSteps * batchPages;
    }
  }

  /** The dataset and how much of it scores a gradient (sections 3 and 6). */
  public record Data(
      Digest root,
      int tokenBytes,
      int pageTokens,
      PageRange train,
      PageRange heldout,
      int heldoutEvaluationPages,
      int assignedEvaluationPages) {
    public Data {
      check(
          heldoutEvaluationPages > 0 && heldoutEvaluationPages <= heldout.count(),
          "data.heldout-evaluation-pages fits the held-out range");
      check(assignedEvaluationPages > 0, "data.assigned-evaluation-pages is positive");
    }
  }

  /**
   * Scoring and eligibility (sections 6 and 7).
   *
   * @param evaluator name of the evaluator whose numbers count, {@code strict-f32/1}
   * @param proofDecayNanos weight of the past in the proof-of-computation average
   * @param proofThresholdNanos a miner whose average lies below is not eligible
   * @param gainFloor a gradient must gain more than this to earn or be merged
   * @param absenceWindows windows a miner may miss before its rating drifts
   */
  public record Scoring(
      String evaluator,
      int scorersPerMiner,
      int minScorers,
      int maxDeviations,
      long proofDecayNanos,
      long proofThresholdNanos,
      NanoNats gainFloor,
      int absenceWindows) {
    public Scoring {
      check(
          scorersPerMiner >= minScorers && minScorers > 0,
          "scoring.min-scorers lies in 1..scorers-per-miner");
    }
  }

  /** Bonds (section 1). */
  public record Stake(Coins minMiner, Coins minValidator, long unbondingMs) {}

  /** How an emission is split, in basis points that sum to 10,000 (section 10). */
  public record Reward(
      int minersBasisPoints, int validatorsBasisPoints, int treasuryBasisPoints, Address treasury) {
    public Reward {
      check(
          minersBasisPoints >= 0 && validatorsBasisPoints >= 0 && treasuryBasisPoints >= 0,
          "reward shares are not negative");
      check(
          minersBasisPoints + validatorsBasisPoints + treasuryBasisPoints == 10_000,
          "reward shares sum to 10,000");
    }
  }

  private static void check(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
