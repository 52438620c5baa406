package io.vramhub.framework.djl;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.DeviceSpec;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.spi.TrainingFramework;
import io.vramhub.api.spi.TrainingSession;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Sessions on PyTorch for the CPU. Each has one thread of its own; all share the processors. */
final class DjlFramework implements TrainingFramework {
  private static final Logger LOG = LoggerFactory.getLogger(DjlFramework.class);

  /** One for the JVM: several frameworks and sessions must not run more threads than it has. */
  private static final ProcessorShare PROCESSORS =
      new ProcessorShare(Runtime.getRuntime().availableProcessors());

  private final Set<DjlSession> sessions = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Thread atShutdown = new Thread(PROCESSORS::drain, "vramhub-djl-drain");

  DjlFramework() {
    Runtime.getRuntime().addShutdownHook(atShutdown);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Signals {@code NOT_SUPPORTED} for a device other than {@code cpu} and for a model of more
   * than 2 GiB, {@code CONFIG_INVALID} for a negative number of threads.
   */
  @Override
  public Mono<TrainingSession> open(ModelSpec model, MemorySegment parameters, DeviceSpec device) {
    return Mono.defer(
        () -> {
          if (closed.get()) {
            return Mono.error(
                new HubException(ErrorCode.INVARIANT_BROKEN, "framework djl: already closed"));
          }
          DjlSession session = new DjlSession(model, threads(device), PROCESSORS, sessions::remove);
          sessions.add(session);
          return session
              .load(parameters)
              .<TrainingSession>thenReturn(session)
              .onErrorResume(failure -> session.close().then(Mono.error(failure)));
        });
  }

  private static int threads(DeviceSpec device) {
    if (!"cpu".equals(device.device())) {
      throw new HubException(
          ErrorCode.NOT_SUPPORTED,
          "framework djl: device \""
              + device.device()
              + "\" is not available; the shipped PyTorch"
              + " is the CPU build, so set the device to \"cpu\"");
    }
    if (device.threads() < 0) {
      throw new HubException(
          ErrorCode.CONFIG_INVALID,
          "framework djl: " + device.threads() + " threads; give 0 for all or a positive number");
    }
    return device.threads() == 0 ? PROCESSORS.processors() : device.threads();
  }

  @Override
  public Mono<Void> close() {
    return Mono.defer(
        () -> {
          if (closed.compareAndSet(false, true)) {
            forgetShutdown();
          }
          return Flux.fromIterable(sessions).concatMap(DjlSession::close).then();
        });
  }

  private void forgetShutdown() {
    try {
      Runtime.getRuntime().removeShutdownHook(atShutdown);
    } catch (IllegalStateException e) {
      // The JVM is shutting down, so the hook already runs: nothing is left to forget.
      LOG.trace("closed while the process ends", e);
    }
  }
}
