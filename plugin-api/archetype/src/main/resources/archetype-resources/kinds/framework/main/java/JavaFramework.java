package ${package};

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.DeviceSpec;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.spi.TrainingFramework;
import io.vramhub.api.spi.TrainingSession;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Trains in plain Java, one thread a session: slow, complete, and without a native library. */
final class JavaFramework implements TrainingFramework {
  private static final String CPU = "cpu";

  private final Scheduler blocking;
  private final AtomicBoolean closed = new AtomicBoolean();

  JavaFramework(Scheduler blocking) {
    this.blocking = blocking;
  }

  @Override
  public Mono<TrainingSession> open(ModelSpec model, MemorySegment parameters, DeviceSpec device) {
    return Mono.<TrainingSession>fromCallable(
            () -> {
              if (closed.get()) {
                throw new HubException(ErrorCode.DEVICE, "framework '${artifactId}' was closed");
              }
              if (!device.device().equals(CPU)) {
                throw new HubException(
                    ErrorCode.NOT_SUPPORTED,
                    "framework '${artifactId}' trains on 'cpu', not on " + device.device());
              }
              return new JavaSession(model, parameters, blocking, closed::get);
            })
        .subscribeOn(blocking);
  }

  /** Ends its sessions too. */
  @Override
  public Mono<Void> close() {
    return Mono.fromRunnable(() -> closed.set(true));
  }
}
