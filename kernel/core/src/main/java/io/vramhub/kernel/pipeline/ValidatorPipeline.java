package io.vramhub.kernel.pipeline;

import io.vramhub.api.model.Payee;
import io.vramhub.api.model.Role;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.spi.LossEvaluator;
import io.vramhub.api.spi.RatingAlgorithm;
import io.vramhub.kernel.dataset.LocalDataset;
import io.vramhub.kernel.journal.WindowJournal;
import io.vramhub.kernel.plugin.ServiceSlot;
import java.util.Optional;
import java.util.random.RandomGenerator;
import reactor.core.publisher.Mono;

/**
 * A validator: has its enclave score the window's gradients, submits the report, recomputes what
 * the ledger makes of it, merges, and votes for the next checkpoint (protocol sections 6 to 8).
 */
public final class ValidatorPipeline {
  private static final int FINISHES_THE_WINDOW_BEFORE = 1;

  private final RoleServices services;
  private final WindowLoop loop;
  private final OpeningStage opening;
  private final EnclaveStage enclave;
  private final ScoringStage scoring;
  private final RatingCheck ratings;
  private final AnchoringStage anchoring;
  private final ClaimStage claims;

  /**
   * A validator of a registered record.
   *
   * @param services with the signer that owns the record
   * @param journal of role VALIDATOR and this uid; the caller closes it
   * @param dataset the network's, opened and verified
   * @param evaluator this validator's own enclave; the caller closes it
   * @param nonces where attestation nonces come from
   * @param claimEvery windows between claims of rewards; 0 never claims
   */
  public ValidatorPipeline(
      RoleServices services,
      ValidatorUid validator,
      WindowJournal journal,
      LocalDataset dataset,
      LossEvaluator evaluator,
      ServiceSlot<RatingAlgorithm> rating,
      RandomGenerator nonces,
      int claimEvery) {
    this.services = services;
    ValidatorConsole console = new ValidatorConsole(services.events(), validator);
    ChainCalls calls = new ChainCalls(services, Role.VALIDATOR, validator.value());
    loop =
        new WindowLoop(
            services, journal, Role.VALIDATOR, validator.value(), FINISHES_THE_WINDOW_BEFORE);
    opening = new OpeningStage(services.follower());
    enclave = new EnclaveStage(services, validator, evaluator, nonces, calls, console);
    scoring =
        new ScoringStage(
            services,
            validator,
            journal,
            opening,
            enclave,
            new CandidateGathering(services, validator, dataset, console),
            calls,
            console);
    ratings = new RatingCheck(rating, console);
    anchoring = new AnchoringStage(services, validator, calls, console);
    claims = ClaimStage.of(services, new Payee.Validator(validator), claimEvery);
  }

  /**
   * Validates until the given window has ended, or until cancelled. First makes sure that the
   * enclave is registered: a window lists only validators that have one when it opens.
   */
  public Mono<Void> run(WindowId last) {
    return loop.windows(last, register())
        .concatMap(
            context ->
                loop.isolated(context, context.aftermathEndsMs(), validate(context))
                    .then(claims.claim(context)),
            0)
        .then()
        .doFinally(signal -> loop.end());
  }

  private Mono<Void> register() {
    return services
        .backoff()
        .retryForever(
            Mono.defer(
                () -> {
                  WindowId now = loop.current();
                  long soon = services.follower().time().nowMs();
                  return enclave.registered(now, soon);
                }))
        .then();
  }

  /** A window that could not be scored is still merged and voted on. */
  private Mono<Void> validate(WindowContext context) {
    return scoring
        .score(context)
        .timeout(services.follower().time().reached(context.closesAtMs()))
        .thenReturn(Optional.<Throwable>empty())
        .onErrorResume(failure -> Mono.just(Optional.of(failure)))
        .flatMap(
            failure -> conclude(context).then(failure.map(Mono::<Void>error).orElse(Mono.empty())));
  }

  private Mono<Void> conclude(WindowContext context) {
    return Mono.just(context)
        .flatMap(opening::finalized)
        // A rating that cannot be checked is no reason not to vote.
        .flatMap(window -> Mono.whenDelayError(anchoring.anchor(window), check(window)));
  }

  private Mono<Void> check(OpenWindow window) {
    return window.record().result().map(ratings::check).orElse(Mono.empty());
  }
}
