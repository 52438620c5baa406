package io.vramhub.seal.client;

import io.vramhub.api.spi.CredentialSealer;
import io.vramhub.api.spi.PluginContext;
import java.security.SecureRandom;
import reactor.core.publisher.Mono;

/** Opens {@code sealer.use = "seal"}; the settings are those of {@link SealSettings}. */
public final class SealProvider implements CredentialSealer.Provider {
  @Override
  public String name() {
    return "seal";
  }

  @Override
  public Mono<CredentialSealer> open(PluginContext context) {
    return Mono.<CredentialSealer>fromCallable(
            () -> SealClient.open(SealSettings.of(context.settings()), context, new SecureRandom()))
        .subscribeOn(context.blocking());
  }
}
