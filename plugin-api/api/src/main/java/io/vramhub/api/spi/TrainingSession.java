package io.vramhub.api.spi;

import io.vramhub.api.model.LossReport;
import io.vramhub.api.model.StepReport;
import io.vramhub.api.model.TokenBatch;
import io.vramhub.api.model.TrainingPlan;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One model in training. One call at a time: the owner waits for a publisher to end before it
 * subscribes to the next. All work runs on the framework's own threads, never on the caller's.
 */
public interface TrainingSession extends HubService {
  /**
   * Replaces the parameters and keeps the optimizer's moments; called at the start of each window.
   */
  Mono<Void> load(MemorySegment parameters);

  /**
   * Runs the steps in order, one element each. Cancelling stops before the next step; what was done
   * stays.
   */
  Flux<StepReport> train(TrainingPlan plan);

  /** Mean loss over the batch; leaves parameters and optimizer unchanged. */
  Mono<LossReport> evaluate(TokenBatch batch);

  /** Copies the current parameters into the given flat segment. */
  Mono<Void> copyParameters(MemorySegment target);

  /** Writes the optimizer's state to the file, atomically. */
  Mono<Void> saveOptimizer(Path file);

  /**
   * Restores what {@link #saveOptimizer} wrote; a file of another model signals {@code
   * CONFIG_INVALID}.
   */
  Mono<Void> restoreOptimizer(Path file);
}
