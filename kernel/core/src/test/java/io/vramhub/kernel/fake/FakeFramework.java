package io.vramhub.kernel.fake;

import io.vramhub.api.model.DeviceSpec;
import io.vramhub.api.model.LossReport;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.StepReport;
import io.vramhub.api.model.TokenBatch;
import io.vramhub.api.model.TrainingPlan;
import io.vramhub.api.spi.TrainingFramework;
import io.vramhub.api.spi.TrainingSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Moves parameters by an amount that depends on the batch alone; each step takes a set time. */
public final class FakeFramework implements TrainingFramework {
  private static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private final Scheduler timer;
  private Duration step;
  private int sessions;
  private int failures;

  public FakeFramework(Scheduler timer, Duration step) {
    this.timer = timer;
    this.step = step;
  }

  public void setStep(Duration duration) {
    step = duration;
  }

  /** The next so many trainings break in the first step. */
  public void failNext(int trainings) {
    failures = trainings;
  }

  /** Sessions opened and not closed. */
  public int sessions() {
    return sessions;
  }

  @Override
  public Mono<TrainingSession> open(ModelSpec model, MemorySegment parameters, DeviceSpec device) {
    return Mono.fromSupplier(
        () -> {
          sessions++;
          return new Session(parameters);
        });
  }

  @Override
  public Mono<Void> close() {
    return Mono.empty();
  }

  private final class Session implements TrainingSession {
    private final MemorySegment local;

    Session(MemorySegment parameters) {
      local = Arena.ofAuto().allocate(parameters.byteSize());
      local.copyFrom(parameters);
    }

    @Override
    public Mono<Void> load(MemorySegment parameters) {
      return Mono.fromRunnable(() -> local.copyFrom(parameters));
    }

    @Override
    public Flux<StepReport> train(TrainingPlan plan) {
      return Flux.range(0, plan.batches().size())
          .concatMap(index -> Mono.delay(step, timer).map(tick -> step(plan, index)), 0);
    }

    private StepReport step(TrainingPlan plan, int index) {
      if (failures > 0) {
        failures--;
        throw new IllegalStateException("the device broke");
      }
      TokenBatch batch = plan.batches().get(index);
      SplittableRandom random = new SplittableRandom(Arrays.hashCode(batch.tokens()));
      for (long offset = 0; offset < local.byteSize(); offset += Float.BYTES) {
        float moved = local.get(F32, offset) + (float) (random.nextGaussian() * 1e-3);
        local.set(F32, offset, moved);
      }
      return new StepReport(index, 5.5f - index * 0.01f, batch.tokens().length);
    }

    @Override
    public Mono<LossReport> evaluate(TokenBatch batch) {
      return Mono.just(new LossReport(5.5, batch.tokens().length));
    }

    @Override
    public Mono<Void> copyParameters(MemorySegment target) {
      return Mono.fromRunnable(() -> target.copyFrom(local));
    }

    @Override
    public Mono<Void> saveOptimizer(Path file) {
      return Mono.fromRunnable(
          () -> {
            try {
              Files.write(file, new byte[] {1});
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }

    @Override
    public Mono<Void> restoreOptimizer(Path file) {
      return Mono.empty();
    }

    @Override
    public Mono<Void> close() {
      return Mono.fromRunnable(() -> sessions--);
    }
  }
}
