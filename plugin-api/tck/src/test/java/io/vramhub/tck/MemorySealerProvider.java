package io.vramhub.tck;

import io.vramhub.api.spi.CredentialSealer;
import io.vramhub.api.spi.PluginContext;
import reactor.core.publisher.Mono;

/** Opens {@link MemorySealer}s with the fault that a test has chosen. */
public final class MemorySealerProvider implements CredentialSealer.Provider {
  @Override
  public String name() {
    return "memory";
  }

  @Override
  public Mono<CredentialSealer> open(PluginContext context) {
    return Refusals.withoutSettings(context, () -> new MemorySealer(SealerCanariesTest.fault()));
  }
}
