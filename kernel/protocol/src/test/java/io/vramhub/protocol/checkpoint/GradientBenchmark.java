package io.vramhub.protocol.checkpoint;

import io.vramhub.api.model.Digest;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.protocol.payload.EncodedGradient;
import io.vramhub.protocol.payload.GradientCodec;
import io.vramhub.protocol.payload.GradientPayload;
import io.vramhub.protocol.payload.PayloadException;
import io.vramhub.protocol.payload.SampleGradients;
import io.vramhub.protocol.payload.SparseGradient;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Speed of compressing, reading and merging, and the payload's size. {@code
 * distribution/acceptance/python/benchmark_compression.py} does the same work in PyTorch. Prints
 * the best of some rounds.
 */
final class GradientBenchmark {
  private static final int PEERS = 20;
  private static final int ROUNDS = 30;

  private GradientBenchmark() {}

  /**
   * @param arguments {@code large} adds a model of 101 M parameters
   */
  public static void main(String[] arguments) throws PayloadException {
    measure(new ModelSpec(256, 4, 128, 4, 4, 344, 128, 10_000, 10_000, true), 32);
    measure(new ModelSpec(4096, 6, 384, 6, 2, 1024, 256, 10_000, 10_000, true), 32);
    measure(new ModelSpec(4096, 6, 384, 6, 2, 1024, 256, 10_000, 10_000, true), 64);
    if (List.of(arguments).contains("large")) {
      measure(new ModelSpec(32_768, 12, 768, 12, 4, 2048, 1024, 10_000, 10_000, true), 32);
    }
  }

  private static void measure(ModelSpec spec, int topk) throws PayloadException {
    NetworkParameters.Model model = SampleGradients.withTopG(spec, topk, PEERS);
    long bytes = spec.parameters() * Float.BYTES;
    MemorySegment source = Arena.ofAuto().allocate(bytes);
    Random random = new Random(1);
    for (long i = 0; i < spec.parameters(); i++) {
      source.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) (random.nextGaussian() * 1e-3));
    }
    MemorySegment residual = Arena.ofAuto().allocate(bytes);
    GradientCodec codec = GradientCodec.of(model);
    double copy = Double.MAX_VALUE;
    double encode = Double.MAX_VALUE;
    double write = Double.MAX_VALUE;
    double read = Double.MAX_VALUE;
    int length = 0;
    SparseGradient gradient = codec.decode(codec.encode(residual));
    for (int round = 0; round < ROUNDS; round++) {
      long start = now();
      residual.copyFrom(source);
      copy = Math.min(copy, now() - start);
      start = now();
      EncodedGradient encoded = codec.encode(residual);
      encode = Math.min(encode, now() - start);
      start = now();
      byte[] payload = GradientPayload.write(SampleGradients.header(model), encoded);
      write = Math.min(write, now() - start);
      start = now();
      gradient = GradientPayload.read(payload, model).gradient();
      read = Math.min(read, now() - start);
      length = payload.length;
    }
    print(
        "%,d parameters, k=%d: %,d bytes, %.2f bits per value; copy %.2f ms, encode %.2f ms"
            + " (%.2f GB/s), write %.2f ms, read %.2f ms",
        spec.parameters(),
        topk,
        length,
        8.0 * length / gradient.count(),
        copy / 1e6,
        encode / 1e6,
        bytes / encode,
        write / 1e6,
        read / 1e6);
    merge(spec, model, source);
  }

  private static void merge(ModelSpec spec, NetworkParameters.Model model, MemorySegment source)
      throws PayloadException {
    GradientCodec codec = GradientCodec.of(model);
    List<SparseGradient> gradients = new ArrayList<>();
    MemorySegment residual = Arena.ofAuto().allocate(source.byteSize());
    residual.copyFrom(source);
    for (int peer = 0; peer < PEERS; peer++) {
      gradients.add(codec.decode(codec.encode(residual)));
    }
    MemorySegment base = Arena.ofAuto().allocate(source.byteSize());
    InitialParameters.draw(spec, Digest.ZERO, base);
    MemorySegment target = Arena.ofAuto().allocate(source.byteSize());
    for (int threads = 1; threads <= Runtime.getRuntime().availableProcessors(); threads *= 2) {
      double best = Double.MAX_VALUE;
      for (int round = 0; round < ROUNDS; round++) {
        long start = threads == 1 ? now() : System.nanoTime();
        Merge.apply(spec, base, gradients, model, target, threads);
        best = Math.min(best, (threads == 1 ? now() : System.nanoTime()) - start);
      }
      print(
          "  merge of %d, %d threads: %.2f ms (%.2f GB/s of parameters)",
          PEERS, threads, best / 1e6, source.byteSize() / best);
    }
  }

  private static long now() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static void print(String format, Object... arguments) {
    System.out.println(String.format(Locale.ROOT, format, arguments));
  }
}
