package io.vramhub.kernel.audit;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.ChainEvent.CheckpointAnchored;
import io.vramhub.api.model.ChainEvent.DeviationObserved;
import io.vramhub.api.model.ChainEvent.WindowFinalized;
import io.vramhub.api.model.ChainRecord;
import io.vramhub.api.model.CheckpointRef;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.EvaluationRequest;
import io.vramhub.api.model.EvaluationRequest.Candidate;
import io.vramhub.api.model.MinerResult;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.ScoreEntry;
import io.vramhub.api.model.SignedScoreReport;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.Verdict;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.model.WindowResult;
import io.vramhub.kernel.audit.AuditOutcome.Difference;
import io.vramhub.kernel.audit.GradientFetch.Fetched;
import io.vramhub.kernel.dataset.LocalDataset;
import io.vramhub.kernel.replica.GenesisCheckpoint;
import io.vramhub.protocol.chain.ChainState;
import io.vramhub.protocol.chain.CheckpointRecord;
import io.vramhub.protocol.chain.ValidatorRecord;
import io.vramhub.protocol.chain.WindowRecord;
import io.vramhub.protocol.checkpoint.CheckpointFile;
import io.vramhub.protocol.checkpoint.CheckpointMetadata;
import io.vramhub.protocol.data.PageAssignment;
import io.vramhub.protocol.evaluation.PayloadInspector;
import io.vramhub.protocol.evaluation.StrictEvaluator;
import io.vramhub.protocol.evaluation.WindowScorer;
import io.vramhub.protocol.message.ModelSchema;
import io.vramhub.protocol.payload.SparseGradient;
import io.vramhub.protocol.scoring.WindowFinalization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * One audit: walks the events once, holding the parameters of the newest anchored checkpoint it has
 * worked out and of the merge that awaits its anchor. One step at a time, on the blocking
 * scheduler.
 */
final class AuditRun implements AutoCloseable {
  private static final int FETCHED_AT_A_TIME = 4;

  private final List<ChainRecord> records;
  private final WindowId first;
  private final WindowId last;
  private final LocalDataset dataset;
  private final GradientFetch gradients;
  private final StoredSnapshot snapshots;
  private final Path directory;
  private final int threads;
  private final Scheduler blocking;
  private final AuditProgress progress;

  /** What the chain says in the end, where the walk is only on its way. */
  private final ChainState end;

  private final ChainState state = new ChainState();
  private final Tally tally = new Tally();
  private Optional<ReplayedCheckpoint> base = Optional.empty();
  private Optional<ReplayedCheckpoint> merged = Optional.empty();
  private Optional<StrictEvaluator> evaluator = Optional.empty();
  private int windowsToDo;

  /** Counts for the summary. */
  private static final class Tally {
    private int windows;
    private int gradients;
    private int lines;
    private int deviations;
    private int notRepeatable;
    private int merges;
    private int snapshots;
    private int done;
  }

  AuditRun(
      List<ChainRecord> records,
      List<WindowRecord> range,
      LocalDataset dataset,
      GradientFetch gradients,
      StoredSnapshot snapshots,
      Path directory,
      int threads,
      Scheduler blocking,
      AuditProgress progress) {
    this.records = records;
    this.first = range.getFirst().window();
    this.last = range.getLast().window();
    this.dataset = dataset;
    this.gradients = gradients;
    this.snapshots = snapshots;
    this.directory = directory;
    this.threads = threads;
    this.blocking = blocking;
    this.progress = progress;
    this.end = ChainState.of(records);
  }

  Mono<AuditOutcome> outcome() {
    return begin()
        .switchIfEmpty(Mono.defer(this::walk))
        .switchIfEmpty(Mono.fromCallable(this::brokenInvariant).flatMap(Mono::justOrEmpty))
        .cast(AuditOutcome.class)
        .switchIfEmpty(Mono.fromCallable(this::pass));
  }

  private AuditOutcome pass() {
    return new AuditOutcome.Pass(
        new AuditSummary(
            first,
            last,
            records.size(),
            tally.windows,
            tally.gradients,
            tally.lines,
            tally.deviations,
            tally.notRepeatable,
            tally.merges,
            tally.snapshots,
            replayed().ref()));
  }

  // Where the walk begins.

  /** The newest checkpoint at hand from which the range can be reached; a difference if none is. */
  private Mono<Difference> begin() {
    WindowId needed = record(end, first).opened().base().window();
    List<CheckpointRecord> candidates =
        end.checkpoints().stream()
            .filter(each -> each.checkpoint().window().compareTo(needed) <= 0)
            .filter(each -> !each.checkpoint().window().equals(GenesisCheckpoint.NUMBER))
            .filter(this::mayBeStored)
            .sorted(Comparator.comparing((CheckpointRecord each) -> each.checkpoint().window()))
            .toList();
    return Flux.fromIterable(candidates.reversed())
        .concatMap(this::takeSnapshot, 1)
        .next()
        .then(Mono.fromCallable(this::drawIfNothingIsHeld).flatMap(Mono::justOrEmpty));
  }

  private boolean mayBeStored(CheckpointRecord checkpoint) {
    WindowId number = checkpoint.checkpoint().window();
    int frequency = end.parameters(number.previous()).model().checkpointFrequency();
    return number.number() % frequency == 0;
  }

  /**
   * Starts from the stored checkpoint if its bytes have the anchored root. If not, an older one
   * will do: what is stored for windows of the range is compared later, and what lies before it is
   * not being audited.
   */
  private Mono<CheckpointRef> takeSnapshot(CheckpointRecord checkpoint) {
    CheckpointRef ref = checkpoint.checkpoint();
    Path file = directory.resolve("audit-" + ref.root().hex() + ".safetensors");
    return Mono.usingWhen(
        Mono.just(file),
        kept ->
            snapshots
                .download(ref, length(checkpoint), kept)
                .filter(stored -> stored.is(ref))
                .flatMap(stored -> Mono.fromCallable(() -> startFrom(kept, ref))),
        kept -> Mono.fromRunnable(() -> delete(kept)));
  }

  private CheckpointRef startFrom(Path file, CheckpointRef ref) throws IOException {
    base = Optional.of(ReplayedCheckpoint.read(file, ref, model(ref.window())));
    return ref;
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new HubException(
          ErrorCode.DISK, "the audit's file " + file + " cannot be deleted: " + e, e);
    }
  }

  private Optional<Difference> drawIfNothingIsHeld() {
    countWindows();
    if (base.isPresent()) {
      return Optional.empty();
    }
    CheckpointRef anchored = end.genesis().genesis();
    ReplayedCheckpoint drawn = ReplayedCheckpoint.drawn(end.network(), model(anchored.window()));
    base = Optional.of(drawn);
    return drawn.ref().equals(anchored)
        ? Optional.empty()
        : Optional.of(
            windowDifference(
                new WindowId(0), "root of the first checkpoint", drawn.ref(), anchored));
  }

  private void countWindows() {
    WindowId start = base.map(held -> held.ref().window()).orElse(GenesisCheckpoint.NUMBER);
    windowsToDo =
        (int)
            end.windows().stream()
                .filter(window -> window.result().isPresent())
                .filter(window -> window.opened().base().window().compareTo(start) >= 0)
                .filter(window -> window.window().compareTo(last) <= 0)
                .count();
  }

  // The walk.

  private Mono<Difference> walk() {
    return Flux.fromIterable(records).concatMap(this::step, 1).next();
  }

  /** Checks what an event rests on, then applies it. */
  private Mono<Difference> step(ChainRecord next) {
    return check(next).switchIfEmpty(Mono.fromRunnable(() -> state.apply(next)));
  }

  private Mono<Difference> check(ChainRecord next) {
    if (next.event() instanceof WindowFinalized(WindowResult result)) {
      if (isOnTheWay(result.window())) {
        return Mono.defer(() -> finalized(result)).subscribeOn(blocking);
      }
      return Mono.justOrEmpty(otherBase(result.window()));
    }
    return next.event() instanceof CheckpointAnchored event && isMerged(event)
        ? Mono.defer(() -> anchored(event)).subscribeOn(blocking)
        : Mono.empty();
  }

  /** A window to be audited that does not start from the checkpoint this audit arrived at. */
  private Optional<Difference> otherBase(WindowId window) {
    return isAudited(window)
        ? Optional.of(
            windowDifference(
                window, "base checkpoint", replayed().ref(), record(state, window).opened().base()))
        : Optional.empty();
  }

  /** Whether the window starts from the checkpoint held now and is needed. */
  private boolean isOnTheWay(WindowId window) {
    return window.compareTo(last) <= 0
        && state
            .window(window)
            .map(found -> found.opened().base().equals(replayed().ref()))
            .orElse(false);
  }

  private boolean isMerged(CheckpointAnchored event) {
    return merged
        .map(held -> held.ref().window().equals(event.checkpoint().window()))
        .orElse(false);
  }

  private boolean isAudited(WindowId window) {
    return window.compareTo(first) >= 0 && window.compareTo(last) <= 0;
  }

  private Mono<Difference> finalized(WindowResult result) {
    WindowRecord window = record(state, result.window());
    NetworkParameters parameters = state.parameters(result.window());
    dataset.demand(parameters);
    Set<MinerUid> unrepeatable = unrepeatable(window, result);
    return Flux.fromIterable(window.commits().values())
        .filter(commit -> !unrepeatable.contains(commit.gradient().miner()))
        .filter(
            commit ->
                isAudited(result.window()) || result.topG().contains(commit.gradient().miner()))
        .flatMapSequential(
            commit ->
                gradients
                    .fetch(state.network(), commit.gradient())
                    .map(fetched -> candidate(window, parameters, commit, fetched)),
            FETCHED_AT_A_TIME,
            1)
        .collectList()
        .publishOn(blocking)
        .flatMap(
            candidates ->
                Mono.justOrEmpty(recompute(window, result, parameters, candidates, unrepeatable)));
  }

  /**
   * Gradients whose bytes were not to be had when they were scored. What storage held then cannot
   * be looked up now, so these lines rest on the quorum alone.
   */
  private static Set<MinerUid> unrepeatable(WindowRecord window, WindowResult result) {
    Set<MinerUid> unrepeatable = new HashSet<>();
    Set<MinerUid> scored = new HashSet<>();
    for (MinerResult line : result.miners()) {
      scored.add(line.miner());
      if (isAbout(line.verdict())) {
        unrepeatable.add(line.miner());
      }
    }
    for (SignedScoreReport report : window.scores().values()) {
      for (ScoreEntry entry : report.report().entries()) {
        if (!scored.contains(entry.miner()) && isAbout(entry.verdict())) {
          unrepeatable.add(entry.miner());
        }
      }
    }
    return unrepeatable;
  }

  private static boolean isAbout(Verdict verdict) {
    return verdict == Verdict.MISSING || verdict == Verdict.HASH_MISMATCH;
  }

  private Candidate candidate(
      WindowRecord window,
      NetworkParameters parameters,
      WindowRecord.Commit commit,
      Fetched fetched) {
    MinerUid miner = commit.gradient().miner();
    int slot =
        window
            .slot(miner)
            .orElseThrow(
                () ->
                    new HubException(
                        ErrorCode.CHAIN_CORRUPT,
                        "miner "
                            + miner
                            + " committed in window "
                            + window.window()
                            + " without a slot in it"));
    return new Candidate(
        miner,
        slot,
        commit.order(),
        commit.gradient().contentHash(),
        fetched.stored(),
        fetched.dataKey(),
        window
            .scoring()
            .map(
                scoring ->
                    dataset.proven(
                        PageAssignment.assignedEvaluation(
                            state.network(),
                            parameters,
                            window.opened().assignmentSeed(),
                            scoring.evaluationSeed(),
                            slot)))
            .orElse(List.of()));
  }

  private Optional<Difference> recompute(
      WindowRecord window,
      WindowResult result,
      NetworkParameters parameters,
      List<Candidate> candidates,
      Set<MinerUid> unrepeatable) {
    Optional<Difference> difference = Optional.empty();
    if (isAudited(window.window())) {
      tally.windows++;
      tally.notRepeatable += unrepeatable.size();
      difference =
          missingBytes(window, candidates)
              .or(() -> wrongLine(window, parameters, candidates, unrepeatable))
              .or(() -> wrongResult(window, result))
              .or(() -> wrongSignature(window));
    }
    return difference.or(
        () -> {
          Optional<Difference> unmergeable = merge(window, result, parameters, candidates);
          tally.done++;
          progress.windowDone(window.window(), tally.done, windowsToDo);
          return unmergeable;
        });
  }

  private static Optional<Difference> missingBytes(
      WindowRecord window, List<Candidate> candidates) {
    for (Candidate candidate : candidates) {
      if (candidate.stored().isEmpty()) {
        return Optional.of(
            minerDifference(
                window.window(),
                candidate.miner(),
                "stored payload",
                "bytes with hash " + candidate.contentHash(),
                "nothing"));
      }
      if (candidate.stored().get().length() == 0) {
        return Optional.of(
            minerDifference(
                window.window(),
                candidate.miner(),
                "stored payload",
                "bytes with hash " + candidate.contentHash(),
                "other bytes"));
      }
    }
    return Optional.empty();
  }

  private Optional<Difference> wrongLine(
      WindowRecord window,
      NetworkParameters parameters,
      List<Candidate> candidates,
      Set<MinerUid> unrepeatable) {
    if (candidates.isEmpty() || window.scoring().isEmpty()) {
      return Optional.empty();
    }
    SortedMap<MinerUid, ScoreEntry> truth = new TreeMap<>();
    WindowScorer.score(
            request(window, parameters, candidates),
            replayed().parameters(),
            evaluator(parameters.model().spec()))
        .forEach(entry -> truth.put(entry.miner(), entry));
    tally.gradients += truth.size();
    Set<DeviationObserved> recorded = new HashSet<>(record(end, window.window()).deviations());
    for (MinerUid miner : truth.keySet()) {
      for (SignedScoreReport scores : window.scores().values()) {
        Optional<Difference> difference =
            scores.report().entries().stream()
                .filter(entry -> entry.miner().equals(miner) && !unrepeatable.contains(miner))
                .findFirst()
                .flatMap(
                    entry ->
                        wrongLine(
                            window.window(),
                            scores.report().validator(),
                            Optional.ofNullable(truth.get(miner)),
                            entry,
                            recorded));
        if (difference.isPresent()) {
          return difference;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Difference> wrongLine(
      WindowId window,
      ValidatorUid validator,
      Optional<ScoreEntry> truth,
      ScoreEntry reported,
      Set<DeviationObserved> recorded) {
    tally.lines++;
    if (truth.isEmpty() || truth.get().equals(reported)) {
      return Optional.empty();
    }
    if (recorded.contains(new DeviationObserved(window, validator, reported.miner()))) {
      tally.deviations++;
      return Optional.empty();
    }
    ScoreEntry expected = truth.get();
    String by = " reported by validator " + validator;
    MinerUid miner = reported.miner();
    if (expected.verdict() != reported.verdict()) {
      return Optional.of(
          minerDifference(window, miner, "verdict" + by, expected.verdict(), reported.verdict()));
    }
    if (!expected.heldoutGain().equals(reported.heldoutGain())) {
      return Optional.of(
          minerDifference(
              window, miner, "held-out gain" + by, expected.heldoutGain(), reported.heldoutGain()));
    }
    if (!expected.assignedGain().equals(reported.assignedGain())) {
      return Optional.of(
          minerDifference(
              window,
              miner,
              "assigned gain" + by,
              expected.assignedGain(),
              reported.assignedGain()));
    }
    return Optional.of(
        minerDifference(
            window, miner, "content hash" + by, expected.contentHash(), reported.contentHash()));
  }

  private EvaluationRequest request(
      WindowRecord window, NetworkParameters parameters, List<Candidate> candidates) {
    return new EvaluationRequest(
        state.network(),
        parameters,
        // Which validator asks changes nothing that is measured.
        new ValidatorUid(1),
        0,
        window.window(),
        window.opened().base().root(),
        window.opened().assignmentSeed(),
        evaluationSeed(window),
        window.scoring().isEmpty()
            ? List.of()
            : dataset.proven(
                PageAssignment.heldoutEvaluation(
                    state.network(), parameters, evaluationSeed(window))),
        candidates);
  }

  private static Digest evaluationSeed(WindowRecord window) {
    return window.scoring().map(scoring -> scoring.evaluationSeed()).orElse(Digest.ZERO);
  }

  private StrictEvaluator evaluator(ModelSpec model) {
    if (evaluator.isEmpty() || !evaluator.get().spec().equals(model)) {
      evaluator.ifPresent(StrictEvaluator::close);
      evaluator = Optional.of(new StrictEvaluator(model, threads));
    }
    return evaluator.get();
  }

  private Optional<Difference> wrongResult(WindowRecord window, WindowResult result) {
    WindowResult expected = WindowFinalization.compute(state, window.window()).result();
    return ResultComparison.of(expected, result).stream()
        .findFirst()
        .map(
            mismatch ->
                new Difference(
                    window.window(),
                    mismatch.miner(),
                    mismatch.miner().isPresent() || mismatch.subject().equals("window")
                        ? mismatch.field()
                        : mismatch.field() + " of " + mismatch.subject(),
                    mismatch.expected(),
                    mismatch.found()));
  }

  private Optional<Difference> wrongSignature(WindowRecord window) {
    for (SignedScoreReport scores : window.scores().values()) {
      ValidatorUid validator = scores.report().validator();
      Optional<ValidatorRecord.Enclave> enclave =
          state
              .validator(validator)
              .map(ValidatorRecord::enclaves)
              .flatMap(all -> Optional.ofNullable(all.get(scores.report().enclaveEpoch())));
      if (enclave.isEmpty() || !ReportSignature.verifies(enclave.get().publicKey(), scores)) {
        return Optional.of(
            windowDifference(
                window.window(),
                Invariants.SIGNATURE + " of validator " + validator,
                "the registered enclave's over the report's fields",
                "another"));
      }
    }
    return Optional.empty();
  }

  private Optional<Difference> merge(
      WindowRecord window,
      WindowResult result,
      NetworkParameters parameters,
      List<Candidate> candidates) {
    if (result.topG().isEmpty()) {
      return Optional.empty();
    }
    PayloadInspector inspector = new PayloadInspector(request(window, parameters, candidates));
    List<SparseGradient> topG = new ArrayList<>();
    for (MinerUid miner : result.topG()) {
      Optional<Candidate> candidate =
          candidates.stream().filter(each -> each.miner().equals(miner)).findFirst();
      PayloadInspector.Inspection inspection =
          candidate
              .map(inspector::inspect)
              .orElseGet(
                  () ->
                      new PayloadInspector.Inspection.Invalid(
                          Verdict.MISSING, "it was recorded as not to be had"));
      switch (inspection) {
        case PayloadInspector.Inspection.Valid valid -> topG.add(valid.payload().gradient());
        case PayloadInspector.Inspection.Invalid(Verdict verdict, String reason) -> {
          return Optional.of(
              minerDifference(
                  window.window(),
                  miner,
                  "merged payload",
                  "a valid one",
                  verdict + ": " + reason));
        }
      }
    }
    merged.ifPresent(ReplayedCheckpoint::close);
    merged =
        Optional.of(
            replayed()
                .merged(
                    state.network(), window.nextCheckpoint(), parameters.model(), topG, threads));
    return Optional.empty();
  }

  private Mono<Difference> anchored(CheckpointAnchored event) {
    ReplayedCheckpoint made = merged.orElseThrow();
    WindowId window = event.checkpoint().window().previous();
    tally.merges++;
    if (!made.ref().equals(event.checkpoint())) {
      return Mono.just(
          windowDifference(window, "merged root", made.ref().root(), event.checkpoint().root()));
    }
    base.ifPresent(ReplayedCheckpoint::close);
    base = merged;
    merged = Optional.empty();
    if (!isAudited(window)) {
      return Mono.empty();
    }
    CheckpointRecord checkpoint =
        new CheckpointRecord(event.checkpoint(), event.parent(), event.topGDigest(), 0);
    return snapshots
        .look(event.checkpoint(), length(checkpoint))
        .doOnNext(stored -> tally.snapshots++)
        .filter(stored -> !stored.is(event.checkpoint()))
        .map(
            stored ->
                windowDifference(
                    window,
                    "stored checkpoint " + event.checkpoint().window(),
                    event.checkpoint().root(),
                    stored));
  }

  // What the events alone show.

  private Optional<Difference> brokenInvariant() {
    return Invariants.check(records).stream()
        .filter(
            violation ->
                violation.window().number() == 0 || violation.window().compareTo(last) <= 0)
        .findFirst()
        .map(
            violation ->
                new Difference(
                    violation.window(),
                    violation.miner(),
                    violation.field() + " of " + violation.subject(),
                    violation.expected(),
                    violation.found()));
  }

  // Small helpers.

  private ReplayedCheckpoint replayed() {
    return base.orElseThrow(
        () -> new IllegalStateException("the walk begins with a checkpoint in hand"));
  }

  private static WindowRecord record(ChainState state, WindowId window) {
    return state
        .window(window)
        .orElseThrow(
            () ->
                new HubException(
                    ErrorCode.CHAIN_CORRUPT, "window " + window + " is final but never opened"));
  }

  private ModelSpec model(WindowId checkpoint) {
    return end.parameters(checkpoint).model().spec();
  }

  private long length(CheckpointRecord checkpoint) {
    ModelSpec model = model(checkpoint.checkpoint().window());
    return CheckpointFile.length(
        new CheckpointMetadata(
            checkpoint.checkpoint().window(),
            checkpoint.parent(),
            ModelSchema.hash(model),
            end.network()),
        model);
  }

  private static Difference windowDifference(
      WindowId window, String field, Object expected, Object found) {
    return new Difference(window, Optional.empty(), field, expected.toString(), found.toString());
  }

  private static Difference minerDifference(
      WindowId window, MinerUid miner, String field, Object expected, Object found) {
    return new Difference(window, Optional.of(miner), field, expected.toString(), found.toString());
  }

  @Override
  public void close() {
    base.ifPresent(ReplayedCheckpoint::close);
    merged.ifPresent(ReplayedCheckpoint::close);
    evaluator.ifPresent(StrictEvaluator::close);
  }
}
