package io.vramhub.chain.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.spi.ChainAdapter;
import io.vramhub.api.spi.CredentialSealer;
import io.vramhub.api.spi.ServiceProvider;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

final class ProvidersTest {
  @Test
  void hostFindsTheChainAndTheSealer() {
    assertThat(ServiceLoader.load(ChainAdapter.Provider.class))
        .extracting(ServiceProvider::name)
        .containsExactly("local");
    assertThat(ServiceLoader.load(CredentialSealer.Provider.class))
        .extracting(ServiceProvider::name)
        .containsExactly("local");
  }
}
