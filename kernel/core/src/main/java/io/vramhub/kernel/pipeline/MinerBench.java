package io.vramhub.kernel.pipeline;

import io.vramhub.api.model.Bytes;
import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.spi.TrainingFramework;
import io.vramhub.api.spi.TrainingSession;
import io.vramhub.kernel.dataset.LocalDataset;
import io.vramhub.kernel.journal.WindowJournal;
import io.vramhub.kernel.replica.Checkpoint;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.random.RandomGenerator;
import reactor.core.publisher.Mono;

/**
 * What a miner keeps from window to window: its training session, its residual and its time budget.
 * One window uses it at a time.
 */
final class MinerBench {
  private static final String OPTIMIZER_FILE = "optimizer.bin";

  private final RoleServices services;
  private final MinerUid miner;
  private final WindowJournal journal;
  private final LocalDataset dataset;
  private final TrainingFramework framework;
  private final MinerSettings settings;
  private final RandomGenerator secrets;
  private final Path directory;
  private final TrainingBudget budget;
  private final MinerConsole console;
  private Optional<TrainingSession> session = Optional.empty();
  private Optional<Feedback> feedback = Optional.empty();

  private record Feedback(ModelSpec model, ErrorFeedback residual) {}

  MinerBench(
      RoleServices services,
      MinerUid miner,
      WindowJournal journal,
      LocalDataset dataset,
      TrainingFramework framework,
      MinerSettings settings,
      RandomGenerator secrets,
      Path directory) {
    this.services = services;
    this.miner = miner;
    this.journal = journal;
    this.dataset = dataset;
    this.framework = framework;
    this.settings = settings;
    this.secrets = secrets;
    this.directory = directory;
    this.budget = new TrainingBudget(services.follower().time());
    this.console = new MinerConsole(services.events(), miner);
  }

  RoleServices services() {
    return services;
  }

  MinerUid miner() {
    return miner;
  }

  WindowJournal journal() {
    return journal;
  }

  LocalDataset dataset() {
    return dataset;
  }

  MinerSettings settings() {
    return settings;
  }

  Path directory() {
    return directory;
  }

  TrainingBudget budget() {
    return budget;
  }

  MinerConsole console() {
    return console;
  }

  /** Fresh secret bytes. */
  Bytes secret(int length) {
    byte[] bytes = new byte[length];
    secrets.nextBytes(bytes);
    return new Bytes(bytes);
  }

  /** The residual, in memory for as long as the model stays the same. */
  synchronized ErrorFeedback feedback(NetworkParameters parameters) {
    ModelSpec model = parameters.model().spec();
    Feedback kept =
        feedback
            .filter(known -> known.model().equals(model))
            .orElseGet(
                () ->
                    new Feedback(
                        model, new ErrorFeedback(directory, journal, model, Arena.ofAuto())));
    feedback = Optional.of(kept);
    return kept.residual();
  }

  /** The session, with the checkpoint's parameters loaded and the optimizer's moments kept. */
  Mono<TrainingSession> session(Checkpoint base) {
    return Mono.defer(
        () ->
            current()
                .map(open -> open.load(base.parameters()).thenReturn(open))
                .orElseGet(() -> open(base)));
  }

  private Mono<TrainingSession> open(Checkpoint base) {
    return framework
        .open(base.model(), base.parameters(), settings.device())
        .flatMap(opened -> restore(opened).thenReturn(opened))
        .doOnNext(this::keep);
  }

  private Mono<Void> restore(TrainingSession opened) {
    Path file = directory.resolve(OPTIMIZER_FILE);
    return Mono.fromCallable(() -> Files.exists(file))
        .subscribeOn(services.blocking())
        .flatMap(exists -> exists ? opened.restoreOptimizer(file) : Mono.empty())
        .onErrorResume(
            failure -> {
              console.optimizerNotRestored(failure);
              return Mono.empty();
            });
  }

  /** Keeps the optimizer's moments for the next start; a loss is told, not an error. */
  Mono<Void> saveOptimizer(WindowId window) {
    return Mono.defer(
            () ->
                current()
                    .map(open -> open.saveOptimizer(directory.resolve(OPTIMIZER_FILE)))
                    .orElse(Mono.empty()))
        .onErrorResume(
            failure -> {
              console.optimizerNotSaved(window, failure);
              return Mono.empty();
            });
  }

  /** Closes the session; the next window opens another. */
  Mono<Void> closeSession() {
    return Mono.defer(
        () -> {
          Optional<TrainingSession> open = current();
          forget();
          return open.map(TrainingSession::close).orElse(Mono.empty());
        });
  }

  private synchronized Optional<TrainingSession> current() {
    return session;
  }

  private synchronized void keep(TrainingSession opened) {
    session = Optional.of(opened);
  }

  private synchronized void forget() {
    session = Optional.empty();
  }
}
