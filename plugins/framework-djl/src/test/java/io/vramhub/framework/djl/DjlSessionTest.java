package io.vramhub.framework.djl;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.DeviceSpec;
import io.vramhub.api.model.LossReport;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.StepReport;
import io.vramhub.api.model.TokenBatch;
import io.vramhub.api.model.TrainingPlan;
import io.vramhub.api.model.TrainingPlan.AdamW;
import io.vramhub.api.spi.TrainingSession;
import io.vramhub.tck.TinyModels;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

final class DjlSessionTest {
  private static final ModelSpec MODEL = TinyModels.TIED;
  private static final List<TokenBatch> BATCHES = TinyModels.batches(MODEL, 8, 4, 21);

  @RegisterExtension static final Framework FRAMEWORK = new Framework();

  @TempDir private Path directory;

  @Test
  void reportsEveryStepInOrder() {
    TrainingSession session = session(1);
    List<StepReport> reports = train(session, BATCHES);
    assertThat(reports).extracting(StepReport::step).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    assertThat(reports).extracting(StepReport::tokens).containsOnly(4 * 16);
    LossReport after = evaluate(session, BATCHES.get(7));
    assertThat(after.mean()).isLessThan(reports.get(7).loss());
    assertThat(after.predictions()).isEqualTo(4 * 15);
  }

  @Test
  void sameInputsGiveTheSameBits() {
    TrainingSession one = session(1);
    TrainingSession other = session(1);
    assertThat(train(one, BATCHES)).isEqualTo(train(other, BATCHES));
    assertThat(parameters(one)).isEqualTo(parameters(other));
  }

  @Test
  void concurrentSessionsDoNotTouchEachOther() {
    float[] expected = trained(2, BATCHES);
    float[] otherExpected = trained(3, BATCHES.reversed());
    TrainingSession one = session(2);
    TrainingSession other = session(3);
    Flux.merge(
            one.train(plan(BATCHES)),
            other.train(plan(BATCHES.reversed())),
            session(4).train(plan(BATCHES)))
        .blockLast();
    assertThat(parameters(one)).isEqualTo(expected);
    assertThat(parameters(other)).isEqualTo(otherExpected);
  }

  @Test
  void evaluationChangesNothing() {
    TrainingSession session = session(1);
    train(session, BATCHES.subList(0, 4));
    float[] before = parameters(session);
    LossReport first = evaluate(session, BATCHES.get(5));
    assertThat(evaluate(session, BATCHES.get(5))).isEqualTo(first);
    assertThat(parameters(session)).isEqualTo(before);
    train(session, BATCHES.subList(4, 8));
    assertThat(parameters(session)).isEqualTo(trained(1, BATCHES));
  }

  @Test
  void cancellingStopsBeforeTheNextStepAndKeepsWhatWasDone() {
    TrainingSession session = session(1);
    StepVerifier.create(session.train(plan(BATCHES)), 0)
        .thenRequest(3)
        .expectNextCount(3)
        .thenCancel()
        .verify();
    assertThat(parameters(session)).isEqualTo(trained(1, BATCHES.subList(0, 3)));
  }

  @Test
  void loadReplacesParametersAndKeepsMoments() {
    TrainingSession session = session(1);
    train(session, BATCHES.subList(0, 4));
    session.load(TinyModels.parameters(MODEL, 1)).block();
    assertThat(parameters(session)).isEqualTo(floats(TinyModels.parameters(MODEL, 1)));
    train(session, BATCHES.subList(4, 8));
    assertThat(parameters(session)).isNotEqualTo(trained(1, BATCHES.subList(4, 8)));
  }

  @Test
  void aRestoredOptimizerContinuesWithTheSameBits() {
    Path file = directory.resolve("optimizer");
    TrainingSession session = session(1);
    train(session, BATCHES.subList(0, 4));
    session.saveOptimizer(file).block();
    MemorySegment middle = TinyModels.empty(MODEL);
    session.copyParameters(middle).block();

    TrainingSession resumed = requireNonNull(FRAMEWORK.session(MODEL, middle));
    resumed.restoreOptimizer(file).block();
    assertThat(train(resumed, BATCHES.subList(4, 8)))
        .isEqualTo(train(session, BATCHES.subList(4, 8)));
    assertThat(parameters(resumed)).isEqualTo(trained(1, BATCHES));
  }

  @Test
  void refusesTheOptimizerOfAnotherModel() {
    Path file = directory.resolve("optimizer");
    session(1).saveOptimizer(file).block();
    TrainingSession other =
        FRAMEWORK.session(TinyModels.UNTIED, TinyModels.parameters(TinyModels.UNTIED, 1));
    refused(other.restoreOptimizer(file), ErrorCode.CONFIG_INVALID, "another model");
    refused(
        other.restoreOptimizer(directory.resolve("absent")),
        ErrorCode.NOT_FOUND,
        "no optimizer state");
  }

  @Test
  void aFailedSaveLeavesTheOldFile() throws IOException {
    Path file = directory.resolve("optimizer");
    TrainingSession session = session(1);
    session.saveOptimizer(file).block();
    byte[] before = Files.readAllBytes(file);
    train(session, BATCHES);
    Files.createDirectory(directory.resolve("optimizer.new"));
    refused(session.saveOptimizer(file), ErrorCode.DISK, "could not be written");
    assertThat(file).hasBinaryContent(before);
  }

  @Test
  void refusesSegmentsOfAnotherSize() {
    TrainingSession session = session(1);
    try (Arena arena = Arena.ofShared()) {
      MemorySegment wrong = arena.allocate(MODEL.parameters() * Float.BYTES - 4);
      refused(session.load(wrong), ErrorCode.INVARIANT_BROKEN, "cannot hold");
      refused(session.copyParameters(wrong), ErrorCode.INVARIANT_BROKEN, "cannot hold");
      refused(
          FRAMEWORK.get().open(MODEL, wrong, new DeviceSpec("cpu", 1)),
          ErrorCode.INVARIANT_BROKEN,
          "cannot hold");
    }
  }

  @Test
  void refusesTokensTheModelDoesNotHaveBeforeAnyStep() {
    TrainingSession session = session(1);
    TokenBatch foreign = new TokenBatch(1, 4, new int[] {1, 2, MODEL.vocabulary(), 3});
    TokenBatch negative = new TokenBatch(1, 2, new int[] {1, -1});
    TokenBatch tooLong = new TokenBatch(1, MODEL.context() + 1, new int[MODEL.context() + 1]);
    refused(session.evaluate(foreign), ErrorCode.DATASET_INVALID, "vocabulary");
    refused(session.evaluate(negative), ErrorCode.DATASET_INVALID, "vocabulary");
    for (TokenBatch bad : List.of(foreign, negative, tooLong)) {
      Flux<StepReport> run = session.train(plan(List.of(BATCHES.get(0), bad)));
      refused(run.then(), ErrorCode.DATASET_INVALID, "model's");
    }
    assertThat(parameters(session)).isEqualTo(floats(TinyModels.parameters(MODEL, 1)));
  }

  @Test
  void refusesOptimizerSettingsOutOfRange() {
    TrainingSession session = session(1);
    Stream.of(
            new AdamW(-1, 0.9f, 0.95f, 1e-8f, 0, 1),
            new AdamW(Float.NaN, 0.9f, 0.95f, 1e-8f, 0, 1),
            new AdamW(1e-3f, 1, 0.95f, 1e-8f, 0, 1),
            new AdamW(1e-3f, 0.9f, 1, 1e-8f, 0, 1),
            new AdamW(1e-3f, 0.9f, 0.95f, 0, 0, 1),
            new AdamW(1e-3f, 0.9f, 0.95f, 1e-8f, -1, 1),
            new AdamW(1e-3f, 0.9f, 0.95f, 1e-8f, 0, 0))
        .forEach(
            bad ->
                refused(
                    session.train(new TrainingPlan(BATCHES, bad)).then(),
                    ErrorCode.CONFIG_INVALID,
                    "out of range"));
  }

  @Test
  void aStepThatDivergesIsNotTaken() {
    MemorySegment broken = TinyModels.parameters(MODEL, 1);
    broken.setAtIndex(ValueLayout.JAVA_FLOAT, 70, Float.NaN);
    TrainingSession session = FRAMEWORK.session(MODEL, broken);
    refused(session.train(plan(BATCHES)).then(), ErrorCode.DEVICE, "diverged at inner step 0");
    assertThat(parameters(session)).isEqualTo(floats(broken));
    session.load(TinyModels.parameters(MODEL, 1)).block();
    train(session, BATCHES);
    assertThat(parameters(session)).isEqualTo(trained(1, BATCHES));
  }

  @Test
  void anEvaluationInPiecesIsTheMeanOfItsRows() {
    ModelSpec wide = new ModelSpec(70_000, 1, 8, 1, 1, 8, 64, 10_000, 10_000, true);
    TrainingSession session = FRAMEWORK.session(wide, TinyModels.parameters(wide, 1));
    TokenBatch batch = TinyModels.batches(wide, 1, 5, 1).get(0);
    double sum = 0;
    for (int row = 0; row < 5; row++) {
      int[] tokens = Arrays.copyOfRange(batch.tokens(), row * 64, (row + 1) * 64);
      sum += evaluate(session, new TokenBatch(1, 64, tokens)).mean();
    }
    LossReport report = evaluate(session, batch);
    assertThat(report.mean()).isCloseTo(sum / 5, within(1e-6));
    assertThat(report.predictions()).isEqualTo(5 * 63);
  }

  @Test
  void refusesDevicesItDoesNotHave() {
    MemorySegment start = TinyModels.parameters(MODEL, 1);
    refused(
        FRAMEWORK.get().open(MODEL, start, new DeviceSpec("cuda:0", 1)),
        ErrorCode.NOT_SUPPORTED,
        "cuda:0");
    refused(
        FRAMEWORK.get().open(MODEL, start, new DeviceSpec("cpu", -1)),
        ErrorCode.CONFIG_INVALID,
        "threads");
    ModelSpec huge = new ModelSpec(600_000, 1, 1024, 1, 1, 8, 8, 10_000, 1, true);
    refused(
        FRAMEWORK.get().open(huge, start, new DeviceSpec("cpu", 1)),
        ErrorCode.NOT_SUPPORTED,
        "2 GiB");
  }

  @Test
  void closesOnceAndRefusesLaterCalls() throws InterruptedException {
    TrainingSession session = session(1);
    Thread thread = threadOf((DjlSession) session);
    session.close().block();
    session.close().block();
    refused(session.load(TinyModels.parameters(MODEL, 1)), ErrorCode.INVARIANT_BROKEN, "closed");
    refused(session.train(plan(BATCHES)).then(), ErrorCode.INVARIANT_BROKEN, "closed");
    thread.join(Duration.ofSeconds(20));
    assertThat(thread.isAlive()).isFalse();
  }

  @Test
  void closingEndsTrainingBeforeItsNextStep() {
    TrainingSession session = session(1);
    StepVerifier.create(session.train(plan(BATCHES)), 0)
        .thenRequest(1)
        .expectNextCount(1)
        .then(() -> session.close().block())
        .thenRequest(8)
        .verifyErrorSatisfies(
            error ->
                assertThat(((HubException) error).code()).isEqualTo(ErrorCode.INVARIANT_BROKEN));
  }

  private static Thread threadOf(DjlSession session) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(session.threadName()))
        .findFirst()
        .orElseThrow();
  }

  private static TrainingSession session(long seed) {
    return FRAMEWORK.session(MODEL, TinyModels.parameters(MODEL, seed));
  }

  private static TrainingPlan plan(List<TokenBatch> batches) {
    return new TrainingPlan(batches, TinyModels.ADAM);
  }

  private static List<StepReport> train(TrainingSession session, List<TokenBatch> batches) {
    return requireNonNull(session.train(plan(batches)).collectList().block());
  }

  private static float[] trained(long seed, List<TokenBatch> batches) {
    TrainingSession session = session(seed);
    train(session, batches);
    return parameters(session);
  }

  private static LossReport evaluate(TrainingSession session, TokenBatch batch) {
    return requireNonNull(session.evaluate(batch).block());
  }

  private static float[] parameters(TrainingSession session) {
    MemorySegment copy = TinyModels.empty(MODEL);
    session.copyParameters(copy).block();
    return floats(copy);
  }

  private static float[] floats(MemorySegment segment) {
    return segment.toArray(ValueLayout.JAVA_FLOAT);
  }

  private static void refused(Mono<?> call, ErrorCode code, String part) {
    assertThatThrownBy(call::block)
        .isInstanceOfSatisfying(
            HubException.class, error -> assertThat(error.code()).isEqualTo(code))
        .hasMessageContaining(part);
  }
}
