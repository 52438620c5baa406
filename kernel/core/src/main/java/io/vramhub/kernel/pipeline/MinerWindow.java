package io.vramhub.kernel.pipeline;

import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.CheckpointRef;
import io.vramhub.api.model.Credential;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.StepReport;
import io.vramhub.api.model.TokenBatch;
import io.vramhub.api.model.TrainingPlan;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.spi.StorageBackend;
import io.vramhub.api.spi.TrainingSession;
import io.vramhub.kernel.dataset.LocalDataset;
import io.vramhub.kernel.journal.SkipReason;
import io.vramhub.kernel.replica.ChainFollower;
import io.vramhub.kernel.replica.Checkpoint;
import io.vramhub.protocol.data.PageAssignment;
import io.vramhub.protocol.message.ModelSchema;
import io.vramhub.protocol.payload.EncodedGradient;
import io.vramhub.protocol.payload.GradientCodec;
import io.vramhub.protocol.payload.GradientPayload;
import io.vramhub.protocol.payload.PayloadEnvelope;
import io.vramhub.protocol.payload.PayloadHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * One window of one miner, with the tools a {@link GradientStrategy} makes its offer with. Each
 * tool is cold and does its work off the caller's thread.
 */
public final class MinerWindow {
  private final MinerBench bench;
  private final WindowContext context;
  private final CheckpointRef base;
  private final long[] pages;
  private final long trainUntilMs;
  private int steps;
  private boolean accumulated;

  MinerWindow(
      MinerBench bench,
      WindowContext context,
      CheckpointRef base,
      long[] pages,
      long trainUntilMs) {
    this.bench = bench;
    this.context = context;
    this.base = base;
    this.pages = pages;
    this.trainUntilMs = trainUntilMs;
  }

  /** The window's number. */
  public WindowId window() {
    return context.window();
  }

  /** Who offers. */
  public MinerUid miner() {
    return bench.miner();
  }

  /** The parameters in force. */
  public NetworkParameters parameters() {
    return context.parameters();
  }

  /** The chain as the node follows it. */
  public ChainFollower chain() {
    return bench.services().follower();
  }

  /** Where payloads are stored. */
  public StorageBackend storage() {
    return bench.services().storage();
  }

  /** A flat segment of zeros in the model's size. */
  public MemorySegment blank() {
    return Arena.ofAuto().allocate(parameters().model().spec().parameters() * Float.BYTES);
  }

  /**
   * Trains from the base checkpoint on the assigned pages until the steps or the budget end, and
   * answers the accumulated residual {@code decay * e + (theta - theta_local)}. Skips the window if
   * there was no time for a single step.
   */
  public Mono<MemorySegment> train() {
    return bench
        .services()
        .checkpoints()
        .use(
            base,
            checkpoint ->
                Mono.zip(bench.session(checkpoint), plan())
                    .flatMap(ready -> run(ready.getT1(), ready.getT2()))
                    .then(accumulate(checkpoint)));
  }

  private Mono<TrainingPlan> plan() {
    return Mono.fromCallable(
            () -> {
              int batchPages = parameters().model().batchPages();
              LocalDataset dataset = bench.dataset();
              List<TokenBatch> batches = new ArrayList<>();
              for (int first = 0; first < pages.length; first += batchPages) {
                batches.add(dataset.batch(Arrays.copyOfRange(pages, first, first + batchPages)));
              }
              return new TrainingPlan(batches, bench.settings().optimizer());
            })
        .subscribeOn(bench.services().blocking());
  }

  private Mono<Void> run(TrainingSession session, TrainingPlan plan) {
    TrainingBudget.Steps budget = bench.budget().steps(trainUntilMs);
    int planned = plan.batches().size();
    return session
        .train(plan)
        // One step at a time, so that stopping after a step finds no other one under way.
        .limitRate(1)
        .doOnNext(step -> trained(step, planned))
        .takeUntil(step -> budget.exhausted())
        .takeUntilOther(chain().time().reached(trainUntilMs))
        .doOnComplete(bench.budget()::trained)
        .then(
            Mono.defer(
                () ->
                    steps == 0
                        ? Mono.error(new SkipWindow(SkipReason.LATE))
                        : session.copyParameters(bench.feedback(parameters()).working())));
  }

  private void trained(StepReport step, int planned) {
    steps++;
    bench.console().stepTrained(window(), step, planned);
  }

  private Mono<MemorySegment> accumulate(Checkpoint checkpoint) {
    return Mono.fromCallable(
            () -> {
              accumulated = true;
              return bench
                  .feedback(parameters())
                  .accumulate(checkpoint.parameters(), parameters().model().residualDecayNanos());
            })
        .subscribeOn(bench.services().blocking());
  }

  /** Encodes the values and leaves in the segment what the decoder will not see. */
  public Mono<EncodedGradient> encode(MemorySegment values) {
    return Mono.fromCallable(() -> GradientCodec.of(parameters().model()).encode(values))
        .subscribeOn(bench.services().blocking());
  }

  /**
   * Writes the payload with this window's header and seals it under a fresh key, which everyone may
   * open once the window is final.
   */
  public Mono<Bytes> seal(EncodedGradient gradient) {
    SealPolicy.Gradient policy = new SealPolicy.Gradient(context.network(), window(), miner());
    return Mono.fromCallable(() -> new Credential(bench.secret(PayloadEnvelope.KEY_BYTES)))
        .flatMap(
            key ->
                bench
                    .services()
                    .backoff()
                    .retry(
                        bench.services().sealer().seal(key, policy),
                        chain().time().until(context.commitDeadlineMs()))
                    .flatMap(
                        sealedKey ->
                            Mono.fromCallable(
                                    () ->
                                        new Bytes(
                                            PayloadEnvelope.seal(
                                                GradientPayload.write(header(), gradient),
                                                policy,
                                                key,
                                                bench.secret(PayloadEnvelope.NONCE_BYTES).array(),
                                                sealedKey)))
                                .subscribeOn(bench.services().blocking())));
  }

  private PayloadHeader header() {
    NetworkParameters.Model model = parameters().model();
    return new PayloadHeader(
        context.network(),
        window(),
        miner(),
        base.root(),
        ModelSchema.hash(model.spec()),
        model.codec(),
        model.topk(),
        PageAssignment.digest(pages));
  }

  /** Steps trained so far. */
  int steps() {
    return steps;
  }

  /** Whether the residual was drawn on, so that it changes if the offer is committed. */
  boolean accumulated() {
    return accumulated;
  }

  WindowContext context() {
    return context;
  }
}
