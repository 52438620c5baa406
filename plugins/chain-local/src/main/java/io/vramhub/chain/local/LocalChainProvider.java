package io.vramhub.chain.local;

import io.vramhub.api.spi.ChainAdapter;
import io.vramhub.api.spi.PluginContext;
import reactor.core.publisher.Mono;

/**
 * {@code chain.use = "local"}: a whole chain in one file.
 *
 * <p>Settings: {@code directory} (keeps the ledger in this process, creating it from the file
 * {@code genesis} if there is none, drawing from {@code seed} if reproducible, serving on {@code
 * listen}); or {@code directory} with {@code read-only = true}; or {@code endpoint}, the address of
 * another process's ledger.
 */
public final class LocalChainProvider implements ChainAdapter.Provider {
  @Override
  public String name() {
    return "local";
  }

  @Override
  public Mono<ChainAdapter> open(PluginContext context) {
    return LedgerOpener.open(context).map(LocalChainAdapter::new);
  }
}
