package io.vramhub.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.model.DeviceSpec;
import io.vramhub.api.model.LossReport;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.StepReport;
import io.vramhub.api.model.TokenBatch;
import io.vramhub.api.model.TrainingPlan;
import io.vramhub.api.spi.TrainingFramework;
import io.vramhub.api.spi.TrainingSession;
import io.vramhub.protocol.evaluation.StrictEvaluator;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * What every {@link TrainingFramework} and its sessions owe. Their numbers are their own, so they
 * are held against the strict evaluator with a tolerance.
 */
public interface TrainingFrameworkContract extends ServiceContract<TrainingFramework> {
  @Override
  TrainingFramework.Provider provider();

  /** Where the tests train. */
  default DeviceSpec device() {
    return new DeviceSpec("cpu", 1);
  }

  /** How far a loss may lie from the strict evaluator's, in nats per token. */
  default double tolerance() {
    return 1e-3;
  }

  @Override
  default Map<String, Supplier<Publisher<?>>> calls(TrainingFramework framework) {
    MemorySegment start = TinyModels.parameters(TinyModels.TIED, 1);
    Map<String, Supplier<Publisher<?>>> calls = new TreeMap<>();
    calls.put(
        "open",
        () ->
            framework
                .open(TinyModels.TIED, start, device())
                .flatMap(session -> session.ready().then(session.close())));
    return calls;
  }

  private TrainingSession session(TrainingFramework framework, ModelSpec model, long seed) {
    return session(framework, model, TinyModels.parameters(model, seed));
  }

  private TrainingSession session(
      TrainingFramework framework, ModelSpec model, MemorySegment parameters) {
    TrainingSession session = Signals.value(framework.open(model, parameters, device()));
    Signals.completes(session.ready());
    return session;
  }

  private static TrainingPlan plan(List<TokenBatch> batches) {
    return new TrainingPlan(batches, TinyModels.ADAM);
  }

  private static List<StepReport> train(TrainingSession session, List<TokenBatch> batches) {
    return Signals.all(session.train(plan(batches)));
  }

  private static float[] parameters(TrainingSession session, ModelSpec model) {
    MemorySegment copy = TinyModels.empty(model);
    Signals.completes(session.copyParameters(copy));
    return floats(copy);
  }

  /** The largest difference between two parameters of one place. */
  private static float distance(float[] some, float[] others) {
    assertThat(some).hasSameSizeAs(others);
    float largest = 0;
    for (int i = 0; i < some.length; i++) {
      largest = Math.max(largest, Math.abs(some[i] - others[i]));
    }
    return largest;
  }

  private static float[] floats(MemorySegment segment) {
    return segment.toArray(ValueLayout.JAVA_FLOAT);
  }

  @Test
  default void computesTheLossOfTheModel(TrainingFramework framework) {
    for (ModelSpec model : List.of(TinyModels.TIED, TinyModels.UNTIED)) {
      MemorySegment start = TinyModels.parameters(model, 1);
      TokenBatch batch = TinyModels.batches(model, 1, 4, 3).getFirst();
      TrainingSession session = session(framework, model, start);
      LossReport report = Signals.value(session.evaluate(batch));
      try (StrictEvaluator strict = new StrictEvaluator(model, 1)) {
        assertThat(report.mean())
            .isCloseTo(strict.lossNanoNats(start, batch).orElseThrow() / 1e9, within(tolerance()));
      }
      assertThat(report.predictions()).isEqualTo(4L * (batch.length() - 1));
      Signals.completes(session.close());
    }
  }

  @Test
  default void reportsEveryStepInOrder(TrainingFramework framework) {
    TrainingSession session = session(framework, TinyModels.TIED, 1);
    List<TokenBatch> batches = TinyModels.batches(TinyModels.TIED, 6, 4, 3);
    List<StepReport> steps = train(session, batches);
    assertThat(steps).extracting(StepReport::step).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(steps)
        .allSatisfy(
            step -> {
              assertThat(step.tokens()).isEqualTo(4 * TinyModels.TIED.context());
              assertThat(step.loss()).isFinite().isPositive();
            });
    Signals.completes(session.close());
  }

  @Test
  default void learns(TrainingFramework framework) {
    TrainingSession session = session(framework, TinyModels.TIED, 1);
    TokenBatch batch = TinyModels.batches(TinyModels.TIED, 1, 4, 3).getFirst();
    double before = Signals.value(session.evaluate(batch)).mean();
    train(session, Collections.nCopies(60, batch));
    assertThat(Signals.value(session.evaluate(batch)).mean()).isLessThan(0.8 * before);
    Signals.completes(session.close());
  }

  @Test
  default void copiesItsParametersInAndOutToTheBit(TrainingFramework framework) {
    ModelSpec model = TinyModels.UNTIED;
    MemorySegment start = TinyModels.parameters(model, 1);
    float[] expected = floats(start);
    TrainingSession session = session(framework, model, start);
    start.fill((byte) 0);
    assertThat(parameters(session, model)).isEqualTo(expected);
    MemorySegment other = TinyModels.parameters(model, 2);
    expected = floats(other);
    Signals.completes(session.load(other));
    other.fill((byte) 0);
    assertThat(parameters(session, model)).isEqualTo(expected);
    Signals.completes(session.close());
  }

  @Test
  default void anEvaluationChangesNothing(TrainingFramework framework) {
    TrainingSession session = session(framework, TinyModels.TIED, 1);
    List<TokenBatch> batches = TinyModels.batches(TinyModels.TIED, 3, 4, 3);
    train(session, batches);
    float[] before = parameters(session, TinyModels.TIED);
    double first = Signals.value(session.evaluate(batches.getFirst())).mean();
    double again = Signals.value(session.evaluate(batches.getFirst())).mean();
    assertThat(again).isCloseTo(first, within(1e-6));
    assertThat(parameters(session, TinyModels.TIED)).isEqualTo(before);
    Signals.completes(session.close());
  }

  @Test
  default void aRestoredOptimizerGoesOnWhereItWasSaved(
      TrainingFramework framework, TestPluginContext context) {
    ModelSpec model = TinyModels.TIED;
    Path file = context.dataDirectory().resolve("optimizer");
    List<TokenBatch> batches = TinyModels.batches(model, 8, 4, 3);
    TrainingSession through = session(framework, model, 1);
    train(through, batches.subList(0, 4));
    Signals.completes(through.saveOptimizer(file));
    MemorySegment half = TinyModels.empty(model);
    Signals.completes(through.copyParameters(half));
    train(through, batches.subList(4, 8));

    TrainingSession resumed = session(framework, model, half);
    Signals.completes(resumed.restoreOptimizer(file));
    train(resumed, batches.subList(4, 8));
    assertThat(distance(parameters(resumed, model), parameters(through, model))).isLessThan(1e-5f);
    Signals.completes(through.close().then(resumed.close()));
  }

  @Test
  default void loadingKeepsTheOptimizer(TrainingFramework framework, TestPluginContext context) {
    ModelSpec model = TinyModels.TIED;
    Path file = context.dataDirectory().resolve("optimizer");
    List<TokenBatch> batches = TinyModels.batches(model, 8, 4, 3);
    TrainingSession loaded = session(framework, model, 1);
    train(loaded, batches.subList(0, 4));
    Signals.completes(loaded.saveOptimizer(file));
    Signals.completes(loaded.load(TinyModels.parameters(model, 2)));
    train(loaded, batches.subList(4, 8));

    TrainingSession restored = session(framework, model, 2);
    Signals.completes(restored.restoreOptimizer(file));
    train(restored, batches.subList(4, 8));
    assertThat(distance(parameters(loaded, model), parameters(restored, model))).isLessThan(1e-5f);
    Signals.completes(loaded.close().then(restored.close()));
  }

  @Test
  default void refusesTheOptimizerOfAnotherModel(
      TrainingFramework framework, TestPluginContext context) {
    Path file = context.dataDirectory().resolve("optimizer");
    TrainingSession session = session(framework, TinyModels.TIED, 1);
    Signals.completes(session.saveOptimizer(file));
    TrainingSession other = session(framework, TinyModels.UNTIED, 1);
    Signals.refusal(other.restoreOptimizer(file), ErrorCode.CONFIG_INVALID);
    Signals.failure(session.restoreOptimizer(file.resolveSibling("absent")));
    Signals.completes(session.close().then(other.close()));
  }

  @Test
  default void stopsBeforeTheNextStepWhenItIsCancelled(TrainingFramework framework) {
    TrainingSession session = session(framework, TinyModels.TIED, 1);
    TokenBatch batch = TinyModels.batches(TinyModels.TIED, 1, 4, 3).getFirst();
    assertThat(Signals.all(session.train(plan(Collections.nCopies(1_000_000, batch))).take(2)))
        .hasSize(2);
    TrainingSession exact = session(framework, TinyModels.TIED, 1);
    train(exact, List.of(batch, batch));
    assertThat(distance(parameters(session, TinyModels.TIED), parameters(exact, TinyModels.TIED)))
        .isLessThan(1e-5f);
    Signals.completes(exact.close());
    Signals.completes(session.close());
  }

  @Test
  default void trainsNoFasterThanItIsAsked(TrainingFramework framework) {
    TrainingSession session = session(framework, TinyModels.TIED, 1);
    List<TokenBatch> batches = TinyModels.batches(TinyModels.TIED, 4, 4, 3);
    assertThat(OneByOne.of(session.train(plan(batches)).map(StepReport::step)))
        .containsExactly(0, 1, 2, 3);
    Signals.completes(session.close());
  }

  @Test
  default void refusesWhatDoesNotFitTheModelAndChangesNothing(TrainingFramework framework) {
    ModelSpec model = TinyModels.TIED;
    MemorySegment start = TinyModels.parameters(model, 1);
    TrainingSession session = session(framework, model, start);
    MemorySegment tooSmall = start.asSlice(0, start.byteSize() - Float.BYTES);
    Signals.failure(framework.open(model, tooSmall, device()));
    Signals.failure(session.load(tooSmall));
    Signals.failure(session.copyParameters(tooSmall));
    List<TokenBatch> wrong =
        List.of(
            new TokenBatch(1, 4, new int[] {1, 2, model.vocabulary(), 3}),
            new TokenBatch(1, 2, new int[] {1, -1}),
            new TokenBatch(1, model.context() + 1, new int[model.context() + 1]));
    for (TokenBatch batch : wrong) {
      Signals.failure(session.evaluate(batch));
      Signals.failure(session.train(plan(List.of(batch))));
    }
    assertThat(parameters(session, model)).isEqualTo(floats(start));
    Signals.completes(session.close());
  }

  @Test
  default void refusesADeviceItDoesNotHave(TrainingFramework framework) {
    Signals.refusal(
        framework.open(
            TinyModels.TIED,
            TinyModels.parameters(TinyModels.TIED, 1),
            new DeviceSpec("abacus:7", 1)),
        ErrorCode.NOT_SUPPORTED);
  }

  @Test
  default void aClosedSessionRefusesAndClosesAgain(TrainingFramework framework) {
    TrainingSession session = session(framework, TinyModels.TIED, 1);
    Signals.completes(session.close().then(Mono.defer(session::close)));
    refusesAll(session);
  }

  @Test
  default void closingTheFrameworkEndsItsSessions(TestPluginContext context) {
    TrainingFramework framework = opened(context);
    TrainingSession session = session(framework, TinyModels.TIED, 1);
    Signals.completes(framework.close());
    refusesAll(session);
  }

  private static void refusesAll(TrainingSession session) {
    List<TokenBatch> batches = TinyModels.batches(TinyModels.TIED, 1, 4, 3);
    Signals.failure(session.load(TinyModels.parameters(TinyModels.TIED, 1)));
    Signals.failure(session.train(plan(batches)));
    Signals.failure(session.evaluate(batches.getFirst()));
    Signals.failure(session.copyParameters(TinyModels.empty(TinyModels.TIED)));
  }
}
