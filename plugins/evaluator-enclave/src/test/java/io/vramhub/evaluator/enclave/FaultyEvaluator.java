package io.vramhub.evaluator.enclave;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Attestation;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.EvaluationRequest;
import io.vramhub.api.model.NanoNats;
import io.vramhub.api.model.ScoreEntry;
import io.vramhub.api.model.ScoreReport;
import io.vramhub.api.model.SignedScoreReport;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.Verdict;
import io.vramhub.api.spi.LossEvaluator;
import io.vramhub.api.spi.PluginContext;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The evaluator, but for one fault. */
record FaultyEvaluator(LossEvaluator right, EvaluatorFault fault, AtomicInteger answers)
    implements LossEvaluator {
  /** Opens evaluators with a fault. */
  record Provider(EvaluatorFault fault) implements LossEvaluator.Provider {
    @Override
    public String name() {
      return "faulty";
    }

    @Override
    public Mono<LossEvaluator> open(PluginContext context) {
      return new EnclaveEvaluatorProvider()
          .open(context)
          .map(right -> new FaultyEvaluator(right, fault, new AtomicInteger()));
    }
  }

  private boolean has(EvaluatorFault other) {
    return fault == other;
  }

  @Override
  public Mono<Attestation> attest(Bytes nonce) {
    return right.attest(has(EvaluatorFault.NO_NONCE) ? Bytes.EMPTY : nonce);
  }

  @Override
  public Mono<Void> loadCheckpoint(BlobSource file) {
    if (!has(EvaluatorFault.READS_A_FILE_ONCE)) {
      return right.loadCheckpoint(file);
    }
    Flux<ByteBuffer> read = file.content().get().cache();
    return right
        .loadCheckpoint(new BlobSource(file.length(), file.digest(), () -> read))
        .onErrorComplete();
  }

  @Override
  public Mono<SignedScoreReport> evaluate(EvaluationRequest request) {
    return right
        .evaluate(request)
        .map(this::changed)
        .onErrorMap(HubException.class, this::changed)
        .onErrorResume(
            HubException.class,
            refusal ->
                has(EvaluatorFault.SCORES_WITHOUT_PAGES) ? Mono.empty() : Mono.error(refusal));
  }

  private HubException changed(HubException refusal) {
    return has(EvaluatorFault.REFUSALS_THAT_CALL_FOR_REPEATS)
        ? new HubException(ErrorCode.ENCLAVE_UNAVAILABLE, refusal.getMessage(), refusal)
        : refusal;
  }

  private SignedScoreReport changed(SignedScoreReport signed) {
    ScoreReport report = signed.report();
    return switch (fault) {
      case ANOTHER_VALIDATOR ->
          with(signed, with(report, report.validator().value() + 1, report.entries()));
      case A_LITTLE_MORE_GAIN ->
          with(
              signed,
              with(
                  report,
                  report.validator().value(),
                  report.entries().stream().map(FaultyEvaluator::better).toList()));
      case ANOTHER_ANSWER_EACH_TIME ->
          with(signed, with(report, 1 + answers.incrementAndGet(), report.entries()));
      case FOREIGN_SIGNATURE ->
          new SignedScoreReport(report, signed.timestampMs() + 1, signed.signature());
      default -> signed;
    };
  }

  private static SignedScoreReport with(SignedScoreReport signed, ScoreReport report) {
    return new SignedScoreReport(report, signed.timestampMs(), signed.signature());
  }

  private static ScoreReport with(ScoreReport report, int validator, List<ScoreEntry> entries) {
    return new ScoreReport(
        report.network(),
        new ValidatorUid(validator),
        report.enclaveEpoch(),
        report.window(),
        report.evaluator(),
        report.baseRoot(),
        report.datasetRoot(),
        report.assignmentSeed(),
        report.evaluationSeed(),
        entries);
  }

  private static ScoreEntry better(ScoreEntry entry) {
    return entry.verdict() == Verdict.ACCEPTED
        ? new ScoreEntry(
            entry.miner(),
            entry.contentHash(),
            entry.verdict(),
            new NanoNats(entry.heldoutGain().value() + 1),
            entry.assignedGain())
        : entry;
  }

  @Override
  public Mono<Void> close() {
    return right.close();
  }
}
