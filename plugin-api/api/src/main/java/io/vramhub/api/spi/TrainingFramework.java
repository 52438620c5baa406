package io.vramhub.api.spi;

import io.vramhub.api.model.DeviceSpec;
import io.vramhub.api.model.ModelSpec;
import java.lang.foreign.MemorySegment;
import reactor.core.publisher.Mono;

/**
 * A library that can train the network's model. Its numbers are its own: only the strict
 * evaluator's are signed.
 */
public interface TrainingFramework extends HubService {
  /** The provider kind for the service files. */
  interface Provider extends ServiceProvider<TrainingFramework> {}

  /**
   * Opens a session that starts from the given parameters with a fresh optimizer.
   *
   * @param parameters flat little-endian f32 in the order of {@link ModelSpec#tensors()}; copied
   */
  Mono<TrainingSession> open(ModelSpec model, MemorySegment parameters, DeviceSpec device);
}
