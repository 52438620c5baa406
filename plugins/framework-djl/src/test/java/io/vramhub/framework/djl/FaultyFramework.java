package io.vramhub.framework.djl;

import io.vramhub.api.model.DeviceSpec;
import io.vramhub.api.model.LossReport;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.StepReport;
import io.vramhub.api.model.TokenBatch;
import io.vramhub.api.model.TrainingPlan;
import io.vramhub.api.spi.PluginContext;
import io.vramhub.api.spi.TrainingFramework;
import io.vramhub.api.spi.TrainingSession;
import io.vramhub.tck.TinyModels;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/** The framework, but for one fault. */
record FaultyFramework(TrainingFramework right, FrameworkFault fault, Path directory)
    implements TrainingFramework {
  /** Opens frameworks with a fault. */
  record Provider(FrameworkFault fault) implements TrainingFramework.Provider {
    @Override
    public String name() {
      return "faulty";
    }

    @Override
    public Mono<TrainingFramework> open(PluginContext context) {
      return new DjlFrameworkProvider()
          .open(context)
          .map(right -> new FaultyFramework(right, fault, context.dataDirectory()));
    }
  }

  @Override
  public Mono<TrainingSession> open(ModelSpec model, MemorySegment parameters, DeviceSpec device) {
    DeviceSpec used = fault == FrameworkFault.TAKES_ANY_DEVICE ? new DeviceSpec("cpu", 1) : device;
    Path fresh = directory.resolve("fresh-" + parameters.address());
    return right
        .open(model, parameters, used)
        .delayUntil(session -> session.saveOptimizer(fresh))
        .map(session -> new Session(session, fault, parameters, fresh));
  }

  @Override
  public Mono<Void> close() {
    return fault == FrameworkFault.FORGETS_ITS_SESSIONS ? Mono.empty() : right.close();
  }

  /**
   * A session, but for the fault.
   *
   * @param start the caller's own segment
   * @param fresh the state of an optimizer that has taken no step
   */
  private record Session(
      TrainingSession right, FrameworkFault fault, MemorySegment start, Path fresh)
      implements TrainingSession {
    private boolean has(FrameworkFault other) {
      return fault == other;
    }

    @Override
    public Mono<Void> load(MemorySegment parameters) {
      return has(FrameworkFault.LOADING_FORGETS_THE_OPTIMIZER)
          ? right.load(parameters).then(right.restoreOptimizer(fresh))
          : right.load(parameters);
    }

    @Override
    public Flux<StepReport> train(TrainingPlan plan) {
      Flux<StepReport> steps = right.train(plan);
      return switch (fault) {
        case COUNTS_FROM_ONE ->
            steps.map(step -> new StepReport(step.step() + 1, step.loss(), step.tokens()));
        case NEVER_LEARNS ->
            Flux.range(0, plan.batches().size()).map(step -> new StepReport(step, 4, 64));
        case STOPS_LATE ->
            steps.doOnCancel(
                () -> {
                  TrainingPlan more =
                      new TrainingPlan(plan.batches().subList(0, 1), plan.optimizer());
                  right.train(more).subscribe();
                });
        case IGNORES_DEMAND ->
            Flux.from(
                subscriber -> {
                  subscriber.onSubscribe(Operators.emptySubscription());
                  steps.subscribe(subscriber::onNext, subscriber::onError, subscriber::onComplete);
                });
        default -> steps;
      };
    }

    @Override
    public Mono<LossReport> evaluate(TokenBatch batch) {
      Mono<LossReport> report = right.evaluate(batch);
      return switch (fault) {
        case ANOTHER_LOSS ->
            report.map(each -> new LossReport(each.mean() + 0.01, each.predictions()));
        case TRAINS_ON_EVALUATIONS ->
            right.train(new TrainingPlan(List.of(batch), TinyModels.ADAM)).then(report);
        case EVALUATES_ANYTHING -> report.onErrorReturn(new LossReport(0, 0));
        default -> report;
      };
    }

    @Override
    public Mono<Void> copyParameters(MemorySegment target) {
      return has(FrameworkFault.BORROWS_ITS_PARAMETERS)
          ? Mono.fromRunnable(() -> target.copyFrom(start))
          : right.copyParameters(target);
    }

    @Override
    public Mono<Void> saveOptimizer(Path file) {
      return right.saveOptimizer(file);
    }

    @Override
    public Mono<Void> restoreOptimizer(Path file) {
      return switch (fault) {
        case RESTORES_NOTHING -> Mono.empty();
        case RESTORES_ANYTHING -> right.restoreOptimizer(file).onErrorComplete();
        default -> right.restoreOptimizer(file);
      };
    }

    @Override
    public Mono<Void> close() {
      return has(FrameworkFault.SESSIONS_STAY_OPEN) ? Mono.empty() : right.close();
    }
  }
}
