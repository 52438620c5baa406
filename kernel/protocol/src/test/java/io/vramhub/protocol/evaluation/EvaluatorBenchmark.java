package io.vramhub.protocol.evaluation;

import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.TensorSpec;
import io.vramhub.api.model.TokenBatch;
import io.vramhub.numerics.PackedMatrix;
import io.vramhub.numerics.StrictProduct;
import io.vramhub.protocol.payload.GradientCodec;
import io.vramhub.protocol.payload.PayloadException;
import io.vramhub.protocol.payload.SparseGradient;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/**
 * Speed of the strict evaluator: {@code mvn -Pbench -DskipTests -pl kernel/protocol -am verify}.
 * Prints GFLOP/s of the product kernel on one thread, then for each model and number of threads the
 * first, the best and the median forward. The line before the kernel's is the first call of a fresh
 * JVM, compilation included.
 */
final class EvaluatorBenchmark {
  private static final long SEED = 1;

  private EvaluatorBenchmark() {}

  public static void main(String[] arguments) {
    print(
        "Java %s, %s, %d processors, %d lanes, seed %d",
        System.getProperty("java.vm.version"),
        System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors(),
        PackedMatrix.PANEL / 2,
        SEED);
    ModelSpec devnet = new ModelSpec(256, 4, 128, 4, 4, 344, 128, 10_000, 10_000, true);
    ModelSpec medium = new ModelSpec(4096, 6, 384, 6, 2, 1024, 256, 10_000, 10_000, true);
    forward("devnet", devnet, 8, 128, 1, 60);
    product(1016, 344, 128);
    product(1016, 128, 344);
    product(1024, 1024, 384);
    product(1024, 384, 1024);
    product(1024, 4096, 384);
    product(127, 127, 32);
    update("devnet", devnet);
    update("medium", medium);
    for (int threads = 1; threads <= Runtime.getRuntime().availableProcessors(); threads *= 2) {
      forward("devnet", devnet, 8, 128, threads, 60);
      forward("medium", medium, 4, 257, threads, 10);
    }
  }

  private static void product(int rows, int columns, int depth) {
    Random random = new Random(SEED);
    float[] a = floats(rows * depth, random);
    PackedMatrix b = new PackedMatrix();
    b.reshape(columns, depth);
    b.packRows(floats(columns * depth, random), 0, depth);
    int stride = PackedMatrix.padded(columns);
    float[] c = new float[rows * stride];
    long operations = 2L * rows * columns * depth;
    int calls = (int) Math.max(1, 200_000_000 / operations);
    double best = Double.MAX_VALUE;
    for (int round = 0; round < 25; round++) {
      long start = System.nanoTime();
      for (int call = 0; call < calls; call++) {
        StrictProduct.multiply(a, 0, depth, rows, b, columns, c, 0, stride);
      }
      best = Math.min(best, (System.nanoTime() - start) / (double) calls);
    }
    print("product %4d x %4d x %4d: %.1f GFLOP/s", rows, columns, depth, operations / best);
  }

  private static void forward(
      String name, ModelSpec spec, int sequences, int length, int threads, int calls) {
    Random random = new Random(SEED);
    MemorySegment parameters = RandomModels.parameters(spec, random);
    TokenBatch batch = RandomModels.batch(spec, sequences, length, random);
    long rows = (long) sequences * (length - 1);
    long weights = spec.tiedHead() ? 0 : -(long) spec.vocabulary() * spec.width();
    for (TensorSpec tensor : spec.tensors()) {
      weights += tensor.shape().size() == 2 ? tensor.elements() : 0;
    }
    double[] milliseconds = new double[calls];
    try (StrictEvaluator evaluator = new StrictEvaluator(spec, threads)) {
      for (int call = 0; call < calls; call++) {
        long start = System.nanoTime();
        evaluator.lossNanoNats(parameters, batch);
        milliseconds[call] = (System.nanoTime() - start) / 1e6;
      }
    }
    double first = milliseconds[0];
    Arrays.sort(milliseconds);
    print(
        "%s (%,d parameters, %d x %d tokens), %d threads: first %.0f ms, best %.1f ms, median %.1f"
            + " ms, %.1f GFLOP/s of weight products",
        name,
        spec.parameters(),
        sequences,
        length,
        threads,
        first,
        milliseconds[0],
        milliseconds[calls / 2],
        2 * rows * weights / milliseconds[0] / 1e6);
  }

  /** What a further miner costs beside its forwards. */
  private static void update(String name, ModelSpec spec) {
    Random random = new Random(SEED);
    MemorySegment parameters = RandomModels.parameters(spec, random);
    NetworkParameters.Model model =
        new NetworkParameters.Model(
            spec, GradientCodec.TOPK_Q2, 32, 1, 1, 0, 1_000_000_000, 0, 1, 0, 1);
    SparseGradient gradient = gradient(model, random);
    double best = Double.MAX_VALUE;
    for (int round = 0; round < 300; round++) {
      long start = System.nanoTime();
      TrialUpdate.apply(parameters, gradient, model.evalRateNanos()).close();
      best = Math.min(best, System.nanoTime() - start);
    }
    print("%s: apply and undo %,d values in %.3f ms", name, gradient.count(), best / 1e6);
  }

  private static SparseGradient gradient(NetworkParameters.Model model, Random random) {
    GradientCodec codec = GradientCodec.of(model);
    float[] residual = floats(Math.toIntExact(model.spec().parameters()), random);
    try {
      return codec.decode(codec.encode(MemorySegment.ofArray(residual)));
    } catch (PayloadException e) {
      throw new IllegalStateException("the codec refuses what it wrote", e);
    }
  }

  private static float[] floats(int length, Random random) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static void print(String format, Object... arguments) {
    System.out.println(String.format(Locale.ROOT, format, arguments));
  }
}
