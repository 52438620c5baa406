package io.vramhub.kernel.pipeline;

import io.vramhub.api.model.Bytes;
import reactor.core.publisher.Mono;

/**
 * What a miner commits in a window. Honest miners and every adversary of the test networks differ
 * only here. One instance serves one miner; windows come one after the other.
 */
@FunctionalInterface
public interface GradientStrategy {
  /** The sealed bytes to store and commit; empty commits nothing. */
  Mono<Bytes> offer(MinerWindow window);

  /** Trains on the assigned pages and sends what the codec keeps of the result (section 4). */
  static GradientStrategy honest() {
    return window -> window.train().flatMap(window::encode).flatMap(window::seal);
  }
}
