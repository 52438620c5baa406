package io.vramhub.kernel.pipeline;

import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.Payee;
import io.vramhub.api.model.Role;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.spi.TrainingFramework;
import io.vramhub.kernel.dataset.LocalDataset;
import io.vramhub.kernel.journal.WindowJournal;
import io.vramhub.kernel.journal.WindowOutcome;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import reactor.core.publisher.Mono;

/**
 * A miner: in each window trains from the base checkpoint on its assigned pages, and commits one
 * sealed gradient before the deadline (protocol sections 4 and 5).
 */
public final class MinerPipeline {
  private final WindowLoop loop;
  private final MinerBench bench;
  private final OpeningStage opening;
  private final CredentialsStage credentials;
  private final GradientPreparation preparation;
  private final GradientCommitment commitment;
  private final ClaimStage claims;

  /**
   * A miner of a registered record.
   *
   * @param services with the signer that owns the record
   * @param journal of role MINER and this uid; the caller closes it
   * @param dataset the network's, opened and verified
   * @param framework opened; the caller closes it
   * @param secrets where data keys come from: cryptographically strong, except in simulations
   * @param directory of this miner alone: its residual, optimizer and prepared payload
   */
  public MinerPipeline(
      RoleServices services,
      MinerUid miner,
      WindowJournal journal,
      LocalDataset dataset,
      TrainingFramework framework,
      MinerSettings settings,
      GradientStrategy strategy,
      RandomGenerator secrets,
      Path directory) {
    loop = new WindowLoop(services, journal, Role.MINER, miner.value(), 0);
    bench =
        new MinerBench(services, miner, journal, dataset, framework, settings, secrets, directory);
    opening = new OpeningStage(services.follower());
    credentials = new CredentialsStage(bench);
    preparation = new GradientPreparation(bench, strategy);
    commitment = new GradientCommitment(bench);
    claims = ClaimStage.of(services, new Payee.Miner(miner), settings.claimEvery());
  }

  /**
   * Mines until the given window has ended, or until cancelled. Ends with an error only if the
   * journal cannot be written or the chain's record is damaged.
   */
  public Mono<Void> run(WindowId last) {
    return Mono.usingWhen(
            Mono.just(bench),
            open ->
                loop.windows(last, preparation.settle())
                    .concatMap(
                        context ->
                            loop.isolated(context, context.commitDeadlineMs(), mine(context))
                                .flatMap(outcome -> cleanUp(context, outcome)),
                        0)
                    .then(),
            MinerBench::closeSession,
            (open, failure) -> open.closeSession(),
            MinerBench::closeSession)
        .doFinally(signal -> loop.end());
  }

  private Mono<Void> mine(WindowContext context) {
    return credentials
        .publish(context)
        .then(Mono.defer(() -> opening.opened(context)))
        .flatMap(preparation::prepare)
        .flatMap(commitment::store)
        .flatMap(commitment::commit)
        .then();
  }

  /** What follows the commit: nothing of it decides how the window ended. */
  private Mono<Void> cleanUp(WindowContext context, WindowOutcome outcome) {
    Mono<Void> session =
        switch (outcome) {
          case WindowOutcome.Completed() -> bench.saveOptimizer(context.window());
          // Whatever made it late or unavailable, the session itself may be sound.
          case WindowOutcome.Skipped skipped -> Mono.empty();
          case WindowOutcome.Failed failed -> bench.closeSession();
        };
    return session
        .then(preparation.tidy(context))
        .onErrorResume(
            failure -> {
              bench.console().cleanUpFailed(context.window(), failure);
              return Mono.empty();
            })
        .then(claims.claim(context));
  }
}
