package io.vramhub.chain.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.spi.ChainAdapter;
import io.vramhub.api.spi.ServiceProvider;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

final class ProvidersTest {
  @Test
  void hostFindsTheChain() {
    assertThat(ServiceLoader.load(ChainAdapter.Provider.class))
        .extracting(ServiceProvider::name)
        .containsExactly("local");
  }
}
