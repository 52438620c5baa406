package io.vramhub.protocol.evaluation;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.EvaluationRequest;
import io.vramhub.api.model.EvaluationRequest.Candidate;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NanoNats;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.ScoreEntry;
import io.vramhub.api.model.TokenBatch;
import io.vramhub.api.model.Verdict;
import io.vramhub.protocol.data.PageAssignment;
import io.vramhub.protocol.payload.GradientPayload;
import io.vramhub.protocol.payload.SparseGradient;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Scores one window (protocol section 6): from what an untrusted host hands over to the entries an
 * enclave signs. The auditor runs the same code.
 *
 * <p>A candidate's verdict is the first of these that applies:
 *
 * <ol>
 *   <li>what {@link PayloadInspector} says of it alone;
 *   <li>{@code DUPLICATE}: a candidate of lower commit order that passed its inspection carries the
 *       same gradient, however it was sealed. Only such a candidate counts, so that nobody can
 *       spoil a gradient by committing to its sealed bytes first: those name their owner;
 *   <li>{@code OUT_OF_BOUNDS}: with the gradient applied, a loss is not finite;
 *   <li>{@code ACCEPTED}, with both gains.
 * </ol>
 */
public final class WindowScorer {
  private final EvaluationRequest request;
  private final MemorySegment parameters;
  private final StrictEvaluator evaluator;
  private final SortedMap<MinerUid, ScoreEntry> entries = new TreeMap<>();

  /** A candidate to measure. */
  private record Measurable(Candidate candidate, SparseGradient gradient, TokenBatch assigned) {}

  private WindowScorer(
      EvaluationRequest request, MemorySegment parameters, StrictEvaluator evaluator) {
    this.request = request;
    this.parameters = parameters;
    this.evaluator = evaluator;
  }

  /**
   * One entry for each candidate, by ascending uid.
   *
   * <p>{@code ENCLAVE_REFUSED}: the host's material is wrong, nothing was measured. {@code
   * CHECKPOINT_INVALID}: the base itself has no finite loss.
   *
   * @param baseParameters the flat parameters of the checkpoint whose root the caller has found to
   *     be {@code request.baseRoot()}; written to during the call, so nobody else may use them
   *     meanwhile, and the same bits again once it returns or throws
   * @param evaluator an evaluator of the request's model
   */
  public static List<ScoreEntry> score(
      EvaluationRequest request, MemorySegment baseParameters, StrictEvaluator evaluator) {
    return new WindowScorer(request, baseParameters, evaluator).score();
  }

  private List<ScoreEntry> score() {
    if (!evaluator.spec().equals(request.parameters().model().spec())) {
      throw new IllegalArgumentException("the evaluator is of another model than the request");
    }
    checkRequest();
    TokenBatch heldout =
        EvaluationPages.batch(
            request.parameters().data(),
            PageAssignment.heldoutEvaluation(
                request.network(), request.parameters(), request.evaluationSeed()),
            request.heldout(),
            "held-out pages");
    List<Measurable> measurable = inspect();
    if (!measurable.isEmpty()) {
      long heldoutLoss = baseLoss(heldout, "the held-out pages");
      for (Measurable each : measurable) {
        measure(each, heldout, heldoutLoss);
      }
    }
    return List.copyOf(entries.values());
  }

  private void checkRequest() {
    NetworkParameters.Scoring scoring = request.parameters().scoring();
    if (!scoring.evaluator().equals(StrictEvaluator.NAME)) {
      throw refused(
          "the network counts losses of '"
              + scoring.evaluator()
              + "', this enclave computes '"
              + StrictEvaluator.NAME
              + "': update the enclave");
    }
    Set<Integer> orders = new HashSet<>();
    int last = 0;
    for (Candidate candidate : request.candidates()) {
      if (candidate.miner().value() <= last) {
        throw refused("the candidates do not ascend by miner uid at " + candidate.miner());
      }
      if (candidate.slot() < 0 || !orders.add(candidate.order())) {
        throw refused(
            "miner " + candidate.miner() + " has no slot, or its commit order is another's");
      }
      last = candidate.miner().value();
    }
  }

  /** Enters the verdict of each candidate that cannot be measured and returns the others. */
  private List<Measurable> inspect() {
    PayloadInspector inspector = new PayloadInspector(request);
    Set<Digest> seen = new HashSet<>();
    List<Measurable> measurable = new ArrayList<>();
    List<Candidate> byCommit =
        request.candidates().stream().sorted(Comparator.comparingInt(Candidate::order)).toList();
    for (Candidate candidate : byCommit) {
      switch (inspector.inspect(candidate)) {
        case PayloadInspector.Inspection.Invalid(Verdict verdict, String _) ->
            reject(candidate, verdict);
        case PayloadInspector.Inspection.Valid(GradientPayload payload) -> {
          if (seen.add(payload.contentDigest())) {
            measurable.add(new Measurable(candidate, payload.gradient(), assigned(candidate)));
          } else {
            reject(candidate, Verdict.DUPLICATE);
          }
        }
      }
    }
    return measurable;
  }

  private TokenBatch assigned(Candidate candidate) {
    return EvaluationPages.batch(
        request.parameters().data(),
        PageAssignment.assignedEvaluation(
            request.network(),
            request.parameters(),
            request.assignmentSeed(),
            request.evaluationSeed(),
            candidate.slot()),
        candidate.assigned(),
        "assigned pages of miner " + candidate.miner());
  }

  private void measure(Measurable each, TokenBatch heldout, long heldoutLoss) {
    Candidate candidate = each.candidate();
    long assignedLoss =
        baseLoss(each.assigned(), "the assigned pages of miner " + candidate.miner());
    OptionalLong heldoutAfter;
    OptionalLong assignedAfter;
    long rate = request.parameters().model().evalRateNanos();
    try (TrialUpdate _ = TrialUpdate.apply(parameters, each.gradient(), rate)) {
      heldoutAfter = evaluator.lossNanoNats(parameters, heldout);
      assignedAfter = evaluator.lossNanoNats(parameters, each.assigned());
    }
    if (heldoutAfter.isEmpty() || assignedAfter.isEmpty()) {
      reject(candidate, Verdict.OUT_OF_BOUNDS);
      return;
    }
    enter(
        candidate,
        Verdict.ACCEPTED,
        new NanoNats(heldoutLoss - heldoutAfter.getAsLong()),
        new NanoNats(assignedLoss - assignedAfter.getAsLong()));
  }

  private long baseLoss(TokenBatch batch, String pages) {
    return evaluator
        .lossNanoNats(parameters, batch)
        .orElseThrow(
            () ->
                new HubException(
                    ErrorCode.CHECKPOINT_INVALID,
                    "the base checkpoint "
                        + request.baseRoot()
                        + " has no finite loss on "
                        + pages
                        + ", so no gain can be measured from it"));
  }

  private void reject(Candidate candidate, Verdict verdict) {
    enter(candidate, verdict, NanoNats.ZERO, NanoNats.ZERO);
  }

  private void enter(
      Candidate candidate, Verdict verdict, NanoNats heldoutGain, NanoNats assignedGain) {
    entries.put(
        candidate.miner(),
        new ScoreEntry(
            candidate.miner(), candidate.contentHash(), verdict, heldoutGain, assignedGain));
  }

  private static HubException refused(String message) {
    return new HubException(ErrorCode.ENCLAVE_REFUSED, message);
  }
}
