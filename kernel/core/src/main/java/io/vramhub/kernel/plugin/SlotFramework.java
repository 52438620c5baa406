package io.vramhub.kernel.plugin;

import io.vramhub.api.model.DeviceSpec;
import io.vramhub.api.model.ModelSpec;
import io.vramhub.api.spi.TrainingFramework;
import io.vramhub.api.spi.TrainingSession;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;

/** The training framework of a node, whichever plugin provides it at the moment. */
final class SlotFramework implements TrainingFramework {
  private final HostSlot<TrainingFramework> slot;
  private final AtomicInteger sessions = new AtomicInteger();

  SlotFramework(HostSlot<TrainingFramework> slot) {
    this.slot = slot;
  }

  @Override
  public Mono<TrainingSession> open(ModelSpec model, MemorySegment parameters, DeviceSpec device) {
    return Mono.defer(
        () -> {
          int number = sessions.incrementAndGet();
          SwappableSession session =
              new SwappableSession(
                  slot,
                  model,
                  device,
                  slot.slot().dataDirectory().resolve("hand-over-" + number + ".bin"));
          return session.load(parameters).thenReturn(session);
        });
  }

  @Override
  public Mono<Void> close() {
    return slot.vacate();
  }
}
