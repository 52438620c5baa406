package io.vramhub.kernel.pipeline;

import io.vramhub.api.model.BlobKey;
import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.BlobSource;
import io.vramhub.api.model.CheckpointRef;
import io.vramhub.api.model.Role;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.WindowId;
import io.vramhub.kernel.journal.WindowJournal;
import io.vramhub.protocol.checkpoint.CheckpointNames;
import reactor.core.publisher.Mono;

/**
 * An aggregator: merges each final window and stores the checkpoint file every {@code
 * checkpoint_frequency} windows, once its root is anchored (protocol section 8). It decides
 * nothing: whoever reads the file checks it against the anchored root.
 */
public final class AggregatorPipeline {
  private static final int FINISHES_THE_WINDOW_BEFORE = 1;

  private final RoleServices services;
  private final WindowLoop loop;
  private final OpeningStage opening;
  private final AggregatorConsole console;

  /**
   * An aggregator.
   *
   * @param validator the validator that aggregates
   * @param journal of role AGGREGATOR and this uid; the caller closes it
   */
  public AggregatorPipeline(RoleServices services, ValidatorUid validator, WindowJournal journal) {
    this.services = services;
    loop =
        new WindowLoop(
            services, journal, Role.AGGREGATOR, validator.value(), FINISHES_THE_WINDOW_BEFORE);
    opening = new OpeningStage(services.follower());
    console = new AggregatorConsole(services.events(), validator);
  }

  /** Aggregates until the given window has ended, or until cancelled. */
  public Mono<Void> run(WindowId last) {
    return loop.windows(last, Mono.empty())
        .concatMap(
            context -> loop.isolated(context, context.aftermathEndsMs(), aggregate(context)), 0)
        .then()
        .doFinally(signal -> loop.end());
  }

  private Mono<Void> aggregate(WindowContext context) {
    return Mono.just(context)
        .flatMap(opening::finalized)
        .flatMap(window -> services.checkpoints().merged(window.context().window()))
        .flatMap(this::anchored)
        .filter(checkpoint -> isDue(context, checkpoint))
        .flatMap(checkpoint -> store(context, checkpoint));
  }

  /** The anchored checkpoint of that number, which may not be the one merged here. */
  private Mono<CheckpointRef> anchored(CheckpointRef merged) {
    return services
        .follower()
        .when(state -> state.checkpoint(merged.window()))
        .map(record -> record.checkpoint());
  }

  private static boolean isDue(WindowContext context, CheckpointRef checkpoint) {
    return checkpoint.window().number() % context.parameters().model().checkpointFrequency() == 0;
  }

  private Mono<Void> store(WindowContext context, CheckpointRef checkpoint) {
    WindowId number = checkpoint.window();
    return services
        .checkpoints()
        .use(
            checkpoint,
            held ->
                put(context, CheckpointNames.leaves(number), held.leaves())
                    .then(put(context, CheckpointNames.file(number), held.source())))
        .doOnNext(stored -> console.snapshotStored(checkpoint, stored.length()))
        .then();
  }

  private Mono<BlobRef> put(WindowContext context, BlobKey key, BlobSource source) {
    return Mono.defer(
        () ->
            services
                .backoff()
                .retry(
                    services.storage().put(key, source),
                    services.follower().time().until(context.aftermathEndsMs())));
  }
}
