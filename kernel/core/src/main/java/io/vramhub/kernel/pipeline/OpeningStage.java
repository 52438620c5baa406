package io.vramhub.kernel.pipeline;

import io.vramhub.kernel.replica.ChainFollower;
import reactor.core.publisher.Mono;

/** Waits for what others do to a window on the chain. The window's deadline bounds every wait. */
final class OpeningStage {
  private final ChainFollower follower;

  OpeningStage(ChainFollower follower) {
    this.follower = follower;
  }

  /** Until the window is open: its base and its assignment seed are known. */
  Mono<OpenWindow> opened(WindowContext context) {
    return follower
        .when(state -> state.window(context.window()))
        .map(record -> new OpenWindow(context, record));
  }

  /** Until scoring is open: the commits are complete and the evaluation seed is known. */
  Mono<OpenWindow> scoringOpened(WindowContext context) {
    return follower
        .when(
            state -> state.window(context.window()).filter(record -> record.scoring().isPresent()))
        .map(record -> new OpenWindow(context, record));
  }

  /** Until the window is final. */
  Mono<OpenWindow> finalized(WindowContext context) {
    return follower
        .when(state -> state.window(context.window()).filter(record -> record.result().isPresent()))
        .map(record -> new OpenWindow(context, record));
  }
}
