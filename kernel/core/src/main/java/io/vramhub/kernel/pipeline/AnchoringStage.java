package io.vramhub.kernel.pipeline;

import io.vramhub.api.model.AbortCode;
import io.vramhub.api.model.ChainCall;
import io.vramhub.api.model.CheckpointRef;
import io.vramhub.api.model.Digest;
import io.vramhub.api.model.Receipt;
import io.vramhub.api.model.ValidatorUid;
import io.vramhub.api.model.WindowResult;
import reactor.core.publisher.Mono;

/**
 * Merges a final window and votes for the checkpoint it leads to (protocol section 8). The root is
 * this node's own result, never somebody else's word.
 */
final class AnchoringStage {
  private static final String PURPOSE = "anchor-checkpoint";

  private final RoleServices services;
  private final ValidatorUid validator;
  private final ChainCalls calls;
  private final ValidatorConsole console;

  AnchoringStage(
      RoleServices services, ValidatorUid validator, ChainCalls calls, ValidatorConsole console) {
    this.services = services;
    this.validator = validator;
    this.calls = calls;
    this.console = console;
  }

  /** Votes, unless nothing was merged or the vote is in already. */
  Mono<Void> anchor(OpenWindow window) {
    WindowContext context = window.context();
    return services
        .checkpoints()
        .merged(context.window())
        .filter(checkpoint -> !hasVoted(context))
        .flatMap(checkpoint -> vote(window, checkpoint));
  }

  private boolean hasVoted(WindowContext context) {
    return services
        .follower()
        .read(
            state ->
                state
                    .window(context.window())
                    .map(record -> record.votes().containsKey(validator))
                    .orElse(false));
  }

  private Mono<Void> vote(OpenWindow window, CheckpointRef checkpoint) {
    WindowContext context = window.context();
    Digest topG = window.record().result().map(WindowResult::topGDigest).orElse(Digest.ZERO);
    ChainCall call =
        new ChainCall.AnchorCheckpoint(
            validator,
            checkpoint.window(),
            window.record().opened().base().root(),
            checkpoint.root(),
            topG);
    return calls
        .submitOnce(context, PURPOSE, call, context.aftermathEndsMs())
        .flatMap(
            receipt ->
                switch (receipt) {
                  case Receipt.Executed executed -> {
                    console.checkpointVoted(checkpoint);
                    yield Mono.empty();
                  }
                  case Receipt.Aborted(AbortCode code, String message) ->
                      refused(context, code, message);
                });
  }

  private Mono<Void> refused(WindowContext context, AbortCode code, String message) {
    return switch (code) {
      // The others were faster or the next window went on without it: the vote decides nothing.
      case ALREADY_ANCHORED, ALREADY_VOTED, TOO_LATE -> Mono.empty();
      default -> {
        console.callRefused(context.window(), PURPOSE, code);
        yield Mono.error(ChainCalls.refused(PURPOSE, code, message));
      }
    };
  }
}
