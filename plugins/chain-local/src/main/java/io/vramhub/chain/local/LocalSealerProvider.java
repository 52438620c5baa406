package io.vramhub.chain.local;

import io.vramhub.api.spi.CredentialSealer;
import io.vramhub.api.spi.PluginContext;
import reactor.core.publisher.Mono;

/**
 * {@code sealer.use = "local"}: the sealer of the local ledger, with the settings of {@link
 * LocalChainProvider}. Opened for the same directory in one process, both share one ledger.
 */
public final class LocalSealerProvider implements CredentialSealer.Provider {
  @Override
  public String name() {
    return "local";
  }

  @Override
  public Mono<CredentialSealer> open(PluginContext context) {
    return LedgerOpener.open(context).map(LocalSealer::new);
  }
}
