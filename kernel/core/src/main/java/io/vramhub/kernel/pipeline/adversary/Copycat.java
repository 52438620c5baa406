package io.vramhub.kernel.pipeline.adversary;

import io.vramhub.api.model.BlobRef;
import io.vramhub.api.model.ByteRange;
import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.ChainEvent.GradientCommitted;
import io.vramhub.kernel.BoundedBytes;
import io.vramhub.kernel.CommittedBlob;
import io.vramhub.kernel.pipeline.GradientStrategy;
import io.vramhub.kernel.pipeline.MinerWindow;
import io.vramhub.protocol.chain.ChainState;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Waits for the first commit of somebody else and offers the same bytes. */
final class Copycat implements GradientStrategy {
  @Override
  public Mono<Bytes> offer(MinerWindow window) {
    return window
        .chain()
        .when(state -> victim(state, window))
        .flatMap(commit -> copy(window, commit));
  }

  private static Optional<GradientCommitted> victim(ChainState state, MinerWindow window) {
    return state
        .window(window.window())
        .flatMap(
            record ->
                record.commits().values().stream()
                    .map(commit -> commit.gradient())
                    .filter(commit -> !commit.miner().equals(window.miner()))
                    .findFirst());
  }

  private static Mono<Bytes> copy(MinerWindow window, GradientCommitted commit) {
    BlobRef reference = CommittedBlob.in(window.storage(), commit);
    return BoundedBytes.collect(
        window.storage().read(reference, ByteRange.whole(reference)), commit.size());
  }
}
