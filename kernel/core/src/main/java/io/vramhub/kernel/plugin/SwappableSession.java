package io.vramhub.kernel.plugin;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.DeviceSpec;
import io.vramhub.api.model.LossReport;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.model.StepReport;
import io.vramhub.api.model.TokenBatch;
import io.vramhub.api.model.TrainingPlan;
import io.vramhub.api.spi.TrainingFramework;
import io.vramhub.api.spi.TrainingSession;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A training session that outlives the framework it runs on. When the framework is swapped, the
 * optimizer's state goes through a file: written before the old session closes, read when the next
 * window loads its parameters into a session of the new framework.
 */
final class SwappableSession implements TrainingSession {
  private static final Logger LOG = LoggerFactory.getLogger(SwappableSession.class);

  private final HostSlot<TrainingFramework> frameworks;
  private final ModelSpec model;
  private final DeviceSpec device;
  private final Path state;
  private Optional<Running> running = Optional.empty();
  private Mono<Void> detaching = Mono.empty();

  /** The session of one framework. */
  private record Running(
      OpenService<TrainingFramework> framework,
      TrainingSession session,
      Supplier<Mono<Void>> farewell,
      Sinks.Empty<Void> detached) {

    <R> Mono<R> call(String what, Function<TrainingSession, Mono<R>> method) {
      return PluginCall.mono(framework.generation(), what, () -> method.apply(session));
    }
  }

  SwappableSession(
      HostSlot<TrainingFramework> frameworks, ModelSpec model, DeviceSpec device, Path state) {
    this.frameworks = frameworks;
    this.model = model;
    this.device = device;
    this.state = state;
  }

  /** Goes on with the window's framework, which may be another one than before. */
  @Override
  public Mono<Void> load(MemorySegment parameters) {
    return frameworks.lent(
        framework ->
            Mono.defer(
                () ->
                    current()
                        .filter(now -> now.framework() == framework)
                        .map(now -> now.call("load", session -> session.load(parameters)))
                        .orElseGet(() -> moveTo(framework, parameters))));
  }

  private Mono<Void> moveTo(OpenService<TrainingFramework> framework, MemorySegment parameters) {
    return detach()
        .then(
            PluginCall.mono(
                framework.generation(),
                "open",
                () -> framework.service().open(model, parameters, device)))
        .map(session -> keep(framework, session))
        .flatMap(this::restoreState);
  }

  private Running keep(OpenService<TrainingFramework> framework, TrainingSession session) {
    Supplier<Mono<Void>> farewell = this::detach;
    Running opened = new Running(framework, session, farewell, Sinks.empty());
    framework.beforeClose(farewell);
    synchronized (this) {
      running = Optional.of(opened);
    }
    return opened;
  }

  private Mono<Void> restoreState(Running opened) {
    return onFile(opened, () -> Files.exists(state))
        .flatMap(
            exists ->
                exists
                    ? opened
                        .call("restoreOptimizer", session -> session.restoreOptimizer(state))
                        .then(onFile(opened, () -> Files.deleteIfExists(state)))
                        .then()
                    : Mono.empty())
        .onErrorResume(
            failure -> {
              LOG.warn(
                  "{} begins with a fresh optimizer: the state of its predecessor does not fit",
                  opened.framework().generation().label(),
                  failure);
              return Mono.empty();
            });
  }

  /** Saves the state and closes the session; whoever else wants that gets the same outcome. */
  private synchronized Mono<Void> detach() {
    running.ifPresent(
        old -> {
          detaching =
              old.call("saveOptimizer", session -> session.saveOptimizer(state))
                  .onErrorResume(
                      failure -> {
                        LOG.warn(
                            "{} could not save its optimizer; its successor begins with a fresh"
                                + " one",
                            old.framework().generation().label(),
                            failure);
                        return Mono.empty();
                      })
                  .then(end(old))
                  .cache();
        });
    running = Optional.empty();
    return detaching;
  }

  private static Mono<Void> end(Running old) {
    return Mono.fromRunnable(() -> old.framework().forget(old.farewell()))
        .then(old.call("close", TrainingSession::close))
        .doFinally(signal -> old.detached().tryEmitEmpty());
  }

  private synchronized Mono<Void> lastDetaching() {
    return detaching;
  }

  private synchronized Optional<Running> current() {
    return running;
  }

  private Running required() {
    return current()
        .orElseThrow(
            () ->
                new HubException(
                    ErrorCode.PLUGIN_FAILED,
                    "the training session was handed over; its next window loads it again"));
  }

  @Override
  public Flux<StepReport> train(TrainingPlan plan) {
    return Flux.defer(
        () -> {
          Running now = required();
          return PluginCall.flux(
              now.framework().generation(), "train", () -> now.session().train(plan));
        });
  }

  @Override
  public Mono<LossReport> evaluate(TokenBatch batch) {
    return Mono.defer(() -> required().call("evaluate", session -> session.evaluate(batch)));
  }

  @Override
  public Mono<Void> copyParameters(MemorySegment target) {
    return Mono.defer(
        () -> required().call("copyParameters", session -> session.copyParameters(target)));
  }

  /** Called between windows too, when the framework may be on its way out. */
  @Override
  public Mono<Void> saveOptimizer(Path file) {
    return Mono.defer(
        () -> {
          Optional<Running> now = current();
          if (now.isEmpty()) {
            return lastDetaching().then(copyState(file));
          }
          Running held = now.get();
          return held.framework().tryAcquire()
              ? Mono.usingWhen(
                  Mono.just(held),
                  lent -> lent.call("saveOptimizer", session -> session.saveOptimizer(file)),
                  SwappableSession::release,
                  (lent, failure) -> release(lent),
                  SwappableSession::release)
              : held.detached().asMono().then(copyState(file));
        });
  }

  private static Mono<Void> release(Running held) {
    return Mono.fromRunnable(held.framework()::release);
  }

  private Mono<Void> copyState(Path file) {
    return frameworks.lent(
        framework ->
            Mono.fromCallable(
                    () -> {
                      Path copy = file.resolveSibling(file.getFileName() + ".copy");
                      Files.copy(state, copy, StandardCopyOption.REPLACE_EXISTING);
                      return Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE);
                    })
                .subscribeOn(framework.generation().blocking())
                .onErrorMap(IOException.class, this::cannotUse)
                .then());
  }

  @Override
  public Mono<Void> restoreOptimizer(Path file) {
    return Mono.defer(
        () -> required().call("restoreOptimizer", session -> session.restoreOptimizer(file)));
  }

  /** Ends the session for good; what waits to be handed over is thrown away. */
  @Override
  public Mono<Void> close() {
    return Mono.defer(
        () -> {
          Optional<Running> last;
          synchronized (this) {
            last = running;
            running = Optional.empty();
          }
          return last.map(
                  now -> end(now).then(onFile(now, () -> Files.deleteIfExists(state))).then())
              .orElseGet(Mono::empty);
        });
  }

  private interface FileWork<R> {
    R run() throws IOException;
  }

  private <R> Mono<R> onFile(Running now, FileWork<R> work) {
    return Mono.fromCallable(work::run)
        .subscribeOn(now.framework().generation().blocking())
        .onErrorMap(IOException.class, this::cannotUse);
  }

  private HubException cannotUse(IOException failure) {
    return new HubException(
        ErrorCode.DISK, "cannot use " + state + ": " + failure.getMessage(), failure);
  }
}
