package io.vramhub.kernel.pipeline.adversary;

import io.vramhub.api.model.Bytes;
import io.vramhub.kernel.pipeline.GradientStrategy;
import io.vramhub.kernel.pipeline.MinerWindow;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import reactor.core.publisher.Mono;

/** Offers normally distributed values without having trained. */
final class RandomGradient implements GradientStrategy {
  /** About what an honest pseudo-gradient's values are. */
  static final double GRADIENT_SIZED = 3e-3;

  /** Too small to change a loss. */
  static final double NEGLIGIBLE = 1e-9;

  private final long seed;
  private final double deviation;

  RandomGradient(long seed, double deviation) {
    this.seed = seed;
    this.deviation = deviation;
  }

  @Override
  public Mono<Bytes> offer(MinerWindow window) {
    return Mono.fromSupplier(() -> draw(window)).flatMap(window::encode).flatMap(window::seal);
  }

  private MemorySegment draw(MinerWindow window) {
    SplittableRandom random = new SplittableRandom(seed + window.window().number());
    MemorySegment values = window.blank();
    for (long offset = 0; offset < values.byteSize(); offset += Float.BYTES) {
      values.set(FlatValues.F32, offset, (float) (random.nextGaussian() * deviation));
    }
    return values;
  }
}
