package io.vramhub.kernel.pipeline;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.AbortCode;
import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.Receipt;
import io.vramhub.api.model.SignedScoreReport;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.Verdict;
import io.vramhub.kernel.journal.SkipReason;
import io.vramhub.kernel.journal.WindowJournal;
import io.vramhub.protocol.message.EvaluationMessage;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Scores one window (protocol section 6): loads the base into the enclave while miners still train,
 * then gathers, evaluates, and submits the one signed report. The report is in the journal before
 * it is submitted, so that a restart submits the same.
 */
final class ScoringStage {
  private static final String SCORED = "scored";
  private static final String PURPOSE = "submit-scores";

  private final RoleServices services;
  private final ValidatorUid validator;
  private final WindowJournal journal;
  private final OpeningStage opening;
  private final EnclaveStage enclave;
  private final CandidateGathering gathering;
  private final ChainCalls calls;
  private final ValidatorConsole console;

  ScoringStage(
      RoleServices services,
      ValidatorUid validator,
      WindowJournal journal,
      OpeningStage opening,
      EnclaveStage enclave,
      CandidateGathering gathering,
      ChainCalls calls,
      ValidatorConsole console) {
    this.services = services;
    this.validator = validator;
    this.journal = journal;
    this.opening = opening;
    this.enclave = enclave;
    this.gathering = gathering;
    this.calls = calls;
    this.console = console;
  }

  /** Scores the window before it closes. */
  Mono<Void> score(WindowContext context) {
    return Mono.just(context)
        .flatMap(opening::opened)
        .flatMap(this::admitted)
        .flatMap(this::report)
        .flatMap(report -> submit(context, report));
  }

  private Mono<OpenWindow> admitted(OpenWindow window) {
    boolean listed =
        window.record().opened().validators().stream()
            .anyMatch(bond -> bond.validator().equals(validator));
    return listed ? Mono.just(window) : Mono.error(new SkipWindow(SkipReason.NOT_ADMITTED));
  }

  /** The report made before a restart, or a new one. */
  private Mono<SignedScoreReport> report(OpenWindow window) {
    return Mono.fromCallable(
            () ->
                journal
                    .stage(window.context().window(), SCORED)
                    .map(EvaluationMessage::decodeScores))
        .subscribeOn(services.blocking())
        .flatMap(Mono::justOrEmpty)
        .switchIfEmpty(Mono.defer(() -> makeReport(window)));
  }

  /**
   * Made anew once if the enclave refused: it has restarted, so its key and checkpoint are other
   * ones.
   */
  private Mono<SignedScoreReport> makeReport(OpenWindow window) {
    WindowContext context = window.context();
    long deadline = context.closesAtMs();
    return Mono.defer(() -> enclave.registered(context.window(), deadline))
        .flatMap(
            registered ->
                enclave
                    .load(window)
                    .then(opening.scoringOpened(context))
                    .flatMap(scoring -> gathering.request(scoring, registered))
                    .flatMap(request -> enclave.evaluate(request, registered, deadline)))
        .retryWhen(
            Retry.max(1)
                .filter(ScoringStage::enclaveChanged)
                .onRetryExhaustedThrow((retries, last) -> last.failure()))
        .flatMap(
            report ->
                Mono.fromCallable(
                        () -> {
                          journal.stage(
                              context.window(), SCORED, EvaluationMessage.encodeScores(report));
                          return report;
                        })
                    .subscribeOn(services.blocking()));
  }

  private static boolean enclaveChanged(Throwable failure) {
    return failure instanceof HubException known && known.code() == ErrorCode.ENCLAVE_REFUSED;
  }

  private Mono<Void> submit(WindowContext context, SignedScoreReport report) {
    return calls
        .submitOnce(context, PURPOSE, new ChainCall.SubmitScores(report), context.closesAtMs())
        .flatMap(
            receipt ->
                switch (receipt) {
                  case Receipt.Executed executed -> {
                    submitted(context, report);
                    yield Mono.empty();
                  }
                  case Receipt.Aborted(AbortCode code, String message) ->
                      refused(context, report, code, message);
                });
  }

  private void submitted(WindowContext context, SignedScoreReport report) {
    console.scoresSubmitted(
        context.window(),
        report.report().entries().size(),
        (int)
            report.report().entries().stream()
                .filter(entry -> entry.verdict() == Verdict.ACCEPTED)
                .count());
  }

  private Mono<Void> refused(
      WindowContext context, SignedScoreReport report, AbortCode code, String message) {
    if (code == AbortCode.ALREADY_SCORED && isOnChain(context, report)) {
      return Mono.empty();
    }
    console.callRefused(context.window(), PURPOSE, code);
    return switch (code) {
      case TOO_LATE, ALREADY_FINALIZED -> Mono.error(new SkipWindow(SkipReason.LATE));
      case NOT_ACTIVE, JAILED, UNKNOWN_VALIDATOR, NOT_ASSIGNED ->
          Mono.error(new SkipWindow(SkipReason.NOT_ADMITTED));
      case NOTHING_SCORED -> Mono.error(new SkipWindow(SkipReason.NOTHING_TO_DO));
      case ALREADY_SCORED -> Mono.error(new SkipWindow(SkipReason.SIGNED_BEFORE));
      default -> Mono.error(ChainCalls.refused(PURPOSE, code, message));
    };
  }

  private boolean isOnChain(WindowContext context, SignedScoreReport report) {
    return services
        .follower()
        .read(
            state ->
                state
                    .window(context.window())
                    .map(record -> report.equals(record.scores().get(validator)))
                    .orElse(false));
  }
}
