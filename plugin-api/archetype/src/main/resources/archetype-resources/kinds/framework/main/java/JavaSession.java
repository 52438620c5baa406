package ${package};

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.LossReport;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.StepReport;
import io.vramhub.api.model.TokenBatch;
import io.vramhub.api.model.TrainingPlan;
import io.vramhub.api.spi.TrainingSession;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The parameters as one array, a {@link Decoder} that differentiates, an {@link Optimizer}. */
final class JavaSession implements TrainingSession {
  private static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final ModelSpec model;
  private final Scheduler blocking;
  private final BooleanSupplier frameworkClosed;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final float[] parameters;
  private final float[] gradient;
  private final Decoder decoder;
  private Optimizer optimizer;

  JavaSession(
      ModelSpec model, MemorySegment start, Scheduler blocking, BooleanSupplier frameworkClosed) {
    this.model = model;
    this.blocking = blocking;
    this.frameworkClosed = frameworkClosed;
    parameters = new float[Math.toIntExact(model.parameters())];
    gradient = new float[parameters.length];
    decoder = new Decoder(model, parameters, gradient);
    optimizer = new Optimizer(parameters.length);
    copyIn(start);
  }

  private void copyIn(MemorySegment from) {
    demandSize(from);
    MemorySegment.copy(from, F32, 0, parameters, 0, parameters.length);
  }

  private void demandSize(MemorySegment segment) {
    if (segment.byteSize() != (long) parameters.length * Float.BYTES) {
      throw new HubException(
          ErrorCode.INVARIANT_BROKEN,
          "the model has "
              + parameters.length
              + " parameters, not "
              + segment.byteSize()
              + " bytes");
    }
  }

  private void demandFit(TokenBatch batch) {
    if (batch.length() > model.context()) {
      throw new HubException(
          ErrorCode.DATASET_INVALID, batch.length() + " tokens exceed the model's context");
    }
    for (int token : batch.tokens()) {
      if (token < 0 || token >= model.vocabulary()) {
        throw new HubException(
            ErrorCode.DATASET_INVALID, "token " + token + " lies outside the vocabulary");
      }
    }
  }

  @Override
  public Mono<Void> load(MemorySegment from) {
    return call(
        () -> {
          copyIn(from);
          return true;
        });
  }

  @Override
  public Mono<Void> copyParameters(MemorySegment target) {
    return call(
        () -> {
          demandSize(target);
          MemorySegment.copy(parameters, 0, target, F32, 0, parameters.length);
          return true;
        });
  }

  @Override
  public Flux<StepReport> train(TrainingPlan plan) {
    return Flux.<StepReport, Integer>generate(
            () -> {
              plan.batches().forEach(this::demandFit);
              return 0;
            },
            (step, sink) -> {
              if (step < plan.batches().size()) {
                sink.next(step(plan, step));
              } else {
                sink.complete();
              }
              return step + 1;
            })
        .subscribeOn(blocking);
  }

  private synchronized StepReport step(TrainingPlan plan, int step) {
    demandOpen();
    TokenBatch batch = plan.batches().get(step);
    double loss = decoder.differentiate(batch);
    optimizer.step(parameters, gradient, plan.optimizer());
    return new StepReport(step, (float) loss, batch.tokens().length);
  }

  @Override
  public Mono<LossReport> evaluate(TokenBatch batch) {
    return Mono.fromCallable(() -> evaluated(batch)).subscribeOn(blocking);
  }

  private synchronized LossReport evaluated(TokenBatch batch) {
    demandOpen();
    demandFit(batch);
    return new LossReport(decoder.loss(batch), (long) batch.sequences() * (batch.length() - 1));
  }

  @Override
  public Mono<Void> saveOptimizer(Path file) {
    return call(
        () -> {
          optimizer.save(model, file);
          return true;
        });
  }

  @Override
  public Mono<Void> restoreOptimizer(Path file) {
    return call(
        () -> {
          optimizer = Optimizer.restore(model, parameters.length, file);
          return true;
        });
  }

  @Override
  public Mono<Void> close() {
    return Mono.fromRunnable(() -> closed.set(true));
  }

  private void demandOpen() {
    if (closed.get() || frameworkClosed.getAsBoolean()) {
      throw new HubException(ErrorCode.DEVICE, "the session was closed");
    }
  }

  private Mono<Void> call(Callable<Boolean> work) {
    return Mono.fromCallable(
            () -> {
              synchronized (this) {
                demandOpen();
                return work.call();
              }
            })
        .onErrorMap(
            IOException.class, e -> new HubException(ErrorCode.DISK, "optimizer file: " + e, e))
        .subscribeOn(blocking)
        .then();
  }
}
