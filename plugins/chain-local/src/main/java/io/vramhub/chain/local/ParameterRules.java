package io.vramhub.chain.local;

import static io.vramhub.chain.local.AbortException.demand;

import io.vramhub.api.model.AbortCode;
import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.ChainEvent;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.PayoutShares;
import io.vramhub.api.model.WindowId;
import java.util.List;
import java.util.Optional;

/**
 * Changing the parameters (protocol section 10). A change waits at least the unbonding delay, so
 * that whoever disagrees can leave, with its stake, before it takes effect.
 */
final class ParameterRules {
  /** The codecs and evaluators this ledger's rules know. */
  static final List<String> CODECS = List.of("topk-q2/1");

  static final List<String> EVALUATORS = List.of("strict-f32/1");

  /** Farther ahead than anyone plans, near enough that no time overflows a long. */
  private static final long MAXIMUM_WINDOWS_AHEAD = 1_000_000;

  private static final long LONGEST_MS = 10L * 365 * 24 * 3_600_000;
  private static final long LATEST_MS = 230L * 365 * 24 * 3_600_000;

  private ParameterRules() {}

  static ChainEvent schedule(CallContext context, ChainCall.ScheduleParameters call) {
    demand(
        context.sender().equals(context.state().governance()),
        AbortCode.NOT_GOVERNANCE,
        "only governance, " + context.state().governance() + ", changes parameters");
    WindowId now = context.currentWindow();
    WindowId effective = call.effective();
    demand(
        effective.compareTo(now) > 0,
        AbortCode.TIMELOCKED,
        "a change takes effect in a window ahead; it is window " + now);
    demand(
        effective.number() - now.number() <= MAXIMUM_WINDOWS_AHEAD,
        AbortCode.BAD_PARAMETERS,
        "window " + effective + " is more than " + MAXIMUM_WINDOWS_AHEAD + " windows ahead");
    long earliestMs = Math.addExact(context.timeMs(), context.parameters().stake().unbondingMs());
    long effectiveMs = context.schedule(now).opensAt(effective);
    demand(
        effectiveMs >= earliestMs,
        AbortCode.TIMELOCKED,
        "window "
            + effective
            + " opens "
            + (earliestMs - effectiveMs)
            + " ms before the timelock ends");
    fault(context.parameters(), call.parameters())
        .ifPresent(
            sentence -> {
              throw new AbortException(AbortCode.BAD_PARAMETERS, sentence);
            });
    return new ChainEvent.ParametersScheduled(effective, call.parameters());
  }

  /** Why the second may not follow the first; empty if it may. */
  private static Optional<String> fault(NetworkParameters current, NetworkParameters next) {
    if (next.schedule().genesisMs() != current.schedule().genesisMs()
        || next.schedule().windowMs() != current.schedule().windowMs()) {
      return Optional.of("genesis and length of the windows are fixed: windows past would move");
    }
    if (!next.model().spec().equals(current.model().spec())) {
      return Optional.of("the model is fixed: its checkpoints would fit no longer");
    }
    return fault(next);
  }

  /** Why no network can run with these parameters; empty if one can. */
  static Optional<String> fault(NetworkParameters parameters) {
    NetworkParameters.Model model = parameters.model();
    NetworkParameters.Data data = parameters.data();
    NetworkParameters.Scoring scoring = parameters.scoring();
    if (!CODECS.contains(model.codec())) {
      return Optional.of("the codec is one of " + CODECS + ", not " + model.codec());
    }
    if (!EVALUATORS.contains(scoring.evaluator())) {
      return Optional.of("the evaluator is one of " + EVALUATORS + ", not " + scoring.evaluator());
    }
    long pagesPerMiner = (long) model.innerSteps() * model.batchPages();
    if (pagesPerMiner > Math.min(Integer.MAX_VALUE, data.train().count())) {
      return Optional.of("the pages of one miner exceed the train range");
    }
    if (data.assignedEvaluationPages() > pagesPerMiner) {
      return Optional.of("a miner has fewer pages than are drawn to score it");
    }
    if (data.tokenBytes() != 2 && data.tokenBytes() != 4) {
      return Optional.of("tokens have 2 or 4 bytes, not " + data.tokenBytes());
    }
    if (data.pageTokens() < 2 || data.pageTokens() > model.spec().context()) {
      return Optional.of("a page has 2.." + model.spec().context() + " tokens");
    }
    if (!isShare(model.residualDecayNanos())
        || !isShare(model.maxShareNanos())
        || !isShare(scoring.proofDecayNanos())) {
      return Optional.of("decays and shares lie in 0..1e9 billionths");
    }
    if (model.maxShareNanos() == 0 || model.evalRateNanos() <= 0 || model.outerRateNanos() <= 0) {
      return Optional.of("rates and the largest share of the merge are positive");
    }
    if (scoring.maxDeviations() < 0 || scoring.absenceWindows() < 1) {
      return Optional.of("deviations are not negative and absences at least one window");
    }
    if (scoring.gainFloor().value() < 0) {
      return Optional.of("the gain floor is not negative: a loss can never earn");
    }
    if (parameters.stake().unbondingMs() < 0
        || parameters.stake().unbondingMs() > LONGEST_MS
        || parameters.schedule().windowMs() > LONGEST_MS) {
      return Optional.of("the unbonding delay and a window last at most ten years");
    }
    if (parameters.schedule().genesisMs() < 0 || parameters.schedule().genesisMs() > LATEST_MS) {
      return Optional.of("the genesis lies within this and the next century");
    }
    return Optional.empty();
  }

  private static boolean isShare(long nanos) {
    return nanos >= 0 && nanos <= PayoutShares.WHOLE;
  }
}
