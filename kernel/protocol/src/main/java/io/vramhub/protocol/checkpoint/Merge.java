package io.vramhub.protocol.checkpoint;

import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.numerics.sparse.FixedPointAccumulator;
import io.vramhub.protocol.payload.ChunkLayout;
import io.vramhub.protocol.payload.SparseGradient;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The next parameters from the last and a window's accepted gradients (protocol section 8): {@code
 * target = base - outer_rate * (1/G) * sum of the clipped gradients}, to the bit as {@link
 * MergeDefinition} says.
 *
 * <p>Chunk after chunk: the base's chunk is copied, every gradient's values for it are added in
 * fixed point, and the touched weights are stepped once. Chunks share nothing, so threads and order
 * cannot change a bit. Each thread holds one chunk of sums and one cursor per gradient.
 */
public final class Merge {
  /** Chunks a thread claims at once. */
  private static final int BLOCK = 16;

  private final MemorySegment base;
  private final List<SparseGradient> gradients;
  private final double[] factors;
  private final double step;
  private final ChunkLayout layout;
  private final MemorySegment target;
  private final AtomicInteger claimed = new AtomicInteger();

  private Merge(
      MemorySegment base,
      List<SparseGradient> gradients,
      NetworkParameters.Model model,
      MemorySegment target) {
    this.base = base;
    this.gradients = List.copyOf(gradients);
    this.factors =
        gradients.isEmpty()
            ? new double[0]
            : GradientClip.factors(gradients, model.maxShareNanos());
    this.step = MergeDefinition.step(model, gradients.size());
    this.layout = ChunkLayout.of(model);
    this.target = target;
  }

  /**
   * {@link #apply(ModelSpec, MemorySegment, List, NetworkParameters.Model, MemorySegment, int)} on
   * the caller's thread alone.
   */
  public static void apply(
      ModelSpec spec,
      MemorySegment base,
      List<SparseGradient> topG,
      NetworkParameters.Model model,
      MemorySegment target) {
    apply(spec, base, topG, model, target, 1);
  }

  /**
   * Merges a window's gradients; without any, the parameters carry over.
   *
   * @param spec the model, the same as {@code model.spec()}
   * @param base the flat parameters, little-endian f32
   * @param topG at most {@code model.topG()} gradients of this model; their order does not matter
   * @param target receives the next parameters; may be {@code base} itself. A confined segment
   *     allows one thread only
   * @param threads how many threads compute, the caller's included
   */
  public static void apply(
      ModelSpec spec,
      MemorySegment base,
      List<SparseGradient> topG,
      NetworkParameters.Model model,
      MemorySegment target,
      int threads) {
    long bytes = spec.parameters() * Float.BYTES;
    require(spec.equals(model.spec()), "the parameters are of another model");
    require(
        base.byteSize() == bytes && target.byteSize() == bytes,
        "base and target have " + bytes + " bytes");
    require(
        topG.size() <= Math.min(model.topG(), FixedPointAccumulator.TERMS_BOUND),
        "at most " + model.topG() + " gradients are merged, not " + topG.size());
    require(
        topG.stream().allMatch(gradient -> gradient.layout().parameters() == spec.parameters()),
        "every gradient is one of this model");
    require(threads > 0, "a merge needs a thread");
    new Merge(base, topG, model, target).run(threads);
  }

  private void run(int threads) {
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    List<Thread> helpers = new ArrayList<>();
    for (int i = 1; i < threads; i++) {
      helpers.add(
          Thread.ofPlatform()
              .name("merge-", i)
              .daemon()
              .uncaughtExceptionHandler((thread, error) -> failure.compareAndSet(null, error))
              .start(this::work));
    }
    try {
      work();
    } finally {
      helpers.forEach(Merge::join);
    }
    Throwable error = failure.get();
    if (error != null) {
      throw new IllegalStateException("a merging thread failed", error);
    }
  }

  /** Interrupts are kept for the caller: what was begun must not go on behind its back. */
  private static void join(Thread helper) {
    boolean interrupted = false;
    while (true) {
      try {
        helper.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void work() {
    FixedPointAccumulator sums = new FixedPointAccumulator(ChunkLayout.CHUNK);
    List<SparseGradient.Cursor> cursors = gradients.stream().map(SparseGradient::cursor).toList();
    for (int from = claimed.getAndAdd(BLOCK);
        from < layout.chunks();
        from = claimed.getAndAdd(BLOCK)) {
      int to = Math.min(from + BLOCK, layout.chunks());
      for (int chunk = from; chunk < to; chunk++) {
        merge(chunk, sums, cursors);
      }
    }
  }

  private void merge(int chunk, FixedPointAccumulator sums, List<SparseGradient.Cursor> cursors) {
    long first = layout.first(chunk);
    long offset = first * Float.BYTES;
    MemorySegment.copy(base, offset, target, offset, (long) layout.length(chunk) * Float.BYTES);
    for (int i = 0; i < factors.length; i++) {
      SparseGradient.Cursor cursor = cursors.get(i);
      int count = cursor.read(chunk);
      sums.add(cursor.positions(), cursor.values(), count, factors[i]);
    }
    sums.drain(target, first, step);
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException("merge: " + rule);
    }
  }
}
