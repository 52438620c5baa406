package io.vramhub.tck;

import io.vramhub.api.spi.ChainAdapter;
import io.vramhub.api.spi.PluginContext;
import reactor.core.publisher.Mono;

/** Opens {@link MemoryChain}s with the fault that a test has chosen. */
public final class MemoryChainProvider implements ChainAdapter.Provider {
  @Override
  public String name() {
    return "memory";
  }

  @Override
  public Mono<ChainAdapter> open(PluginContext context) {
    return Refusals.withoutSettings(context, () -> new MemoryChain(ChainCanariesTest.fault()));
  }
}
