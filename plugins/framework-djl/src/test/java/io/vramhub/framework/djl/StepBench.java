package io.vramhub.framework.djl;

import static java.util.Objects.requireNonNull;

import com.sun.management.OperatingSystemMXBean;
import io.vramhub.api.model.DeviceSpec;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.StepReport;
import io.vramhub.api.model.TokenBatch;
import io.vramhub.api.model.TrainingPlan;
import io.vramhub.api.spi.TrainingFramework;
import io.vramhub.api.spi.TrainingSession;
import io.vramhub.tck.TestPluginContext;
import io.vramhub.tck.TinyModels;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import reactor.core.publisher.Flux;

/**
 * Wall and processor time of an inner step. System properties: {@code model} ({@code devnet} of
 * 0.86 M parameters, 8 x 128 tokens, or {@code small} of 11 M, 8 x 256), {@code threads} of a
 * session, {@code sessions} that train at once, {@code steps} of one round, {@code rounds}. Its
 * peer is {@code step_bench.py} beside it.
 */
final class StepBench {
  private StepBench() {}

  public static void main(String[] arguments) {
    boolean devnet = "devnet".equals(System.getProperty("model", "devnet"));
    ModelSpec model =
        devnet
            ? new ModelSpec(256, 4, 128, 4, 4, 344, 128, 10_000, 10_000, true)
            : new ModelSpec(4096, 6, 384, 6, 2, 1024, 256, 10_000, 10_000, true);
    int threads = Integer.getInteger("threads", 1);
    int sessions = Integer.getInteger("sessions", 1);
    int steps = Integer.getInteger("steps", 20);
    TokenBatch batch = TinyModels.batches(model, 1, 8, 1).get(0);
    TrainingPlan plan = new TrainingPlan(Collections.nCopies(steps, batch), TinyModels.ADAM);
    TrainingFramework framework =
        requireNonNull(
            new DjlFrameworkProvider().open(TestPluginContext.in(Path.of("target"))).block());
    MemorySegment parameters = TinyModels.parameters(model, 1);
    List<TrainingSession> open = new ArrayList<>();
    for (int i = 0; i < sessions; i++) {
      open.add(
          requireNonNull(
              framework.open(model, parameters, new DeviceSpec("cpu", threads)).block()));
    }
    for (int round = 0; round < Integer.getInteger("rounds", 5); round++) {
      long wall = System.nanoTime();
      long processor = processorTime();
      List<StepReport> reports =
          requireNonNull(
              Flux.fromIterable(open)
                  .flatMap(session -> session.train(plan), sessions, steps)
                  .collectList()
                  .block());
      double milliseconds = 1e6 * reports.size();
      System.out.println(
          String.format(
              Locale.ROOT,
              "djl %d parameters, %d sessions x %d threads: wall %.1f ms, processor %.1f ms a step,"
                  + " loss %.5f",
              model.parameters(),
              sessions,
              threads,
              (System.nanoTime() - wall) / milliseconds,
              (processorTime() - processor) / milliseconds,
              reports.getLast().loss()));
    }
    framework.close().block();
  }

  private static long processorTime() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
