package io.vramhub.framework.djl;

import ai.djl.engine.EngineException;
import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.LossReport;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.StepReport;
import io.vramhub.api.model.TokenBatch;
import io.vramhub.api.model.TrainingPlan;
import io.vramhub.api.model.TrainingPlan.AdamW;
import io.vramhub.api.spi.TrainingSession;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * One model in training on a thread of its own. Before each step, and before each piece of an
 * evaluation, the thread takes its share of the processors.
 *
 * <p>AdamW with weight decay on every parameter, as {@code torch.optim.AdamW} does by default; the
 * number of steps taken, which corrects the moments' bias, is part of the optimizer's state.
 */
final class DjlSession implements TrainingSession {
  /** Logits of one piece of an evaluation; bounds its memory whatever the batch. */
  private static final long EVALUATED_LOGITS = 1L << 24;

  private static final AtomicInteger OPENED = new AtomicInteger();

  private final ModelSpec model;
  private final int threads;
  private final ProcessorShare processors;
  private final String threadName;
  private final ExecutorService executor;
  private final Scheduler thread;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Sinks.Empty<Void> closeSignal = Sinks.empty();
  private final Mono<Void> closing;

  /** Made by the first call, on the session's thread, and touched by no other thread. */
  private @Nullable DecoderModule module;

  private long stepsTaken;

  /**
   * @param onClose told once, when the session has released everything
   */
  DjlSession(
      ModelSpec model, int threads, ProcessorShare processors, Consumer<DjlSession> onClose) {
    if (model.parameters() > Integer.MAX_VALUE / Float.BYTES) {
      throw new HubException(
          ErrorCode.NOT_SUPPORTED,
          "framework djl: a model of "
              + model.parameters()
              + " parameters is larger than the 2 GiB this framework can share with PyTorch");
    }
    this.model = model;
    this.threads = threads;
    this.processors = processors;
    this.threadName = "vramhub-djl-" + OPENED.incrementAndGet();
    this.executor =
        Executors.newSingleThreadExecutor(
            work -> Thread.ofPlatform().name(threadName).daemon().unstarted(work));
    this.thread = Schedulers.fromExecutorService(executor, threadName);
    this.closing = Mono.<Void>fromRunnable(() -> release(onClose)).subscribeOn(thread).cache();
  }

  @Override
  public Mono<Void> load(MemorySegment parameters) {
    return run(() -> {
          requireSize(parameters);
          MemorySegment.copy(parameters, 0, module().parameters(), 0, parameters.byteSize());
          return true;
        })
        .then();
  }

  /**
   * {@inheritDoc}
   *
   * <p>The whole plan is checked before the first step: {@code DATASET_INVALID} for a token or a
   * length the model does not have, {@code CONFIG_INVALID} for optimizer settings out of range. A
   * step whose loss or gradient is not finite signals {@code DEVICE} and changes nothing.
   */
  @Override
  public Flux<StepReport> train(TrainingPlan plan) {
    return Flux.defer(
            () -> {
              check(plan.optimizer());
              plan.batches().forEach(this::check);
              AtomicBoolean cancelled = new AtomicBoolean();
              return Flux.<StepReport, Integer>generate(
                      () -> 0, (step, sink) -> step(plan, step, cancelled, sink))
                  .doOnCancel(() -> cancelled.set(true));
            })
        .subscribeOn(thread)
        .takeUntilOther(closeSignal.asMono())
        .onErrorMap(this::explain);
  }

  private int step(
      TrainingPlan plan, int step, AtomicBoolean cancelled, SynchronousSink<StepReport> sink) {
    if (step == plan.batches().size()) {
      sink.complete();
      return step;
    }
    TokenBatch batch = plan.batches().get(step);
    DecoderModule.StepResult result;
    try (ProcessorShare.Lease _ = processors.take(threads)) {
      if (cancelled.get()) {
        sink.complete();
        return step;
      }
      result = module().step(batch, plan.optimizer(), stepsTaken + 1);
    }
    if (!result.finite()) {
      throw new HubException(
          ErrorCode.DEVICE,
          "training diverged at inner step "
              + step
              + ": loss "
              + result.loss()
              + ", gradient norm "
              + result.gradientNorm()
              + "; the step was not taken. Lower the learning rate");
    }
    stepsTaken++;
    sink.next(new StepReport(step, result.loss(), batch.tokens().length));
    return step + 1;
  }

  @Override
  public Mono<LossReport> evaluate(TokenBatch batch) {
    return run(
        () -> {
          check(batch);
          long rowLogits = (long) batch.length() * model.vocabulary();
          int rows = (int) Math.clamp(EVALUATED_LOGITS / rowLogits, 1, batch.sequences());
          double sum = 0;
          for (int first = 0; first < batch.sequences(); first += rows) {
            int sequences = Math.min(rows, batch.sequences() - first);
            try (ProcessorShare.Lease _ = processors.take(threads)) {
              sum += (double) module().loss(batch, first, sequences) * sequences;
            }
          }
          long predictions = (long) batch.sequences() * (batch.length() - 1);
          return new LossReport(sum / batch.sequences(), predictions);
        });
  }

  @Override
  public Mono<Void> copyParameters(MemorySegment target) {
    return run(() -> {
          requireSize(target);
          MemorySegment.copy(module().parameters(), 0, target, 0, target.byteSize());
          return true;
        })
        .then();
  }

  @Override
  public Mono<Void> saveOptimizer(Path file) {
    return run(() -> {
          DecoderModule current = module();
          OptimizerFile.write(
              file, model, stepsTaken, current.firstMoments(), current.secondMoments());
          return true;
        })
        .then();
  }

  @Override
  public Mono<Void> restoreOptimizer(Path file) {
    return run(() -> {
          DecoderModule current = module();
          stepsTaken =
              OptimizerFile.read(file, model, current.firstMoments(), current.secondMoments());
          return true;
        })
        .then();
  }

  /** {@inheritDoc} A training run in progress ends with an error before its next step. */
  @Override
  public Mono<Void> close() {
    return Mono.defer(
        () -> {
          if (closed.compareAndSet(false, true)) {
            closeSignal.emitError(closedAlready(), Sinks.EmitFailureHandler.FAIL_FAST);
          }
          return closing;
        });
  }

  String threadName() {
    return threadName;
  }

  private void release(Consumer<DjlSession> onClose) {
    try {
      if (module != null) {
        module.close();
        module = null;
      }
    } finally {
      executor.shutdown();
      onClose.accept(this);
    }
  }

  private <T> Mono<T> run(Callable<T> work) {
    return Mono.fromCallable(
            () -> {
              requireOpen();
              return work.call();
            })
        .subscribeOn(thread)
        .onErrorMap(this::explain);
  }

  private DecoderModule module() {
    DecoderModule current = module;
    if (current == null) {
      current = new DecoderModule(model, threads);
      module = current;
    }
    return current;
  }

  private void requireOpen() {
    if (closed.get()) {
      throw closedAlready();
    }
  }

  private static HubException closedAlready() {
    return new HubException(
        ErrorCode.INVARIANT_BROKEN, "framework djl: the training session is closed");
  }

  private Throwable explain(Throwable failure) {
    return switch (failure) {
      case RejectedExecutionException _ -> closedAlready();
      case EngineException e ->
          new HubException(ErrorCode.DEVICE, "framework djl: PyTorch failed: " + e.getMessage(), e);
      default -> failure;
    };
  }

  private void requireSize(MemorySegment segment) {
    long bytes = model.parameters() * Float.BYTES;
    if (segment.byteSize() != bytes) {
      throw new HubException(
          ErrorCode.INVARIANT_BROKEN,
          "framework djl: a segment of "
              + segment.byteSize()
              + " bytes cannot hold the model's "
              + model.parameters()
              + " parameters ("
              + bytes
              + " bytes)");
    }
  }

  private void check(TokenBatch batch) {
    if (batch.length() > model.context()) {
      throw new HubException(
          ErrorCode.DATASET_INVALID,
          "sequences of "
              + batch.length()
              + " tokens are longer than the model's context of "
              + model.context());
    }
    for (int token : batch.tokens()) {
      if (token < 0 || token >= model.vocabulary()) {
        throw new HubException(
            ErrorCode.DATASET_INVALID,
            "token " + token + " is outside the model's vocabulary of " + model.vocabulary());
      }
    }
  }

  private static void check(AdamW optimizer) {
    require(optimizer.learningRate() >= 0, "learning rate", optimizer.learningRate());
    require(optimizer.beta1() >= 0 && optimizer.beta1() < 1, "beta 1", optimizer.beta1());
    require(optimizer.beta2() >= 0 && optimizer.beta2() < 1, "beta 2", optimizer.beta2());
    require(optimizer.epsilon() > 0, "epsilon", optimizer.epsilon());
    require(optimizer.weightDecay() >= 0, "weight decay", optimizer.weightDecay());
    if (!(optimizer.clipNorm() > 0)) {
      throw outOfRange("clip norm", optimizer.clipNorm());
    }
  }

  private static void require(boolean holds, String name, float value) {
    if (!holds || !Float.isFinite(value)) {
      throw outOfRange(name, value);
    }
  }

  private static HubException outOfRange(String name, float value) {
    return new HubException(
        ErrorCode.CONFIG_INVALID, "AdamW's " + name + " is out of range: " + value);
  }
}
