package io.vramhub.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.spi.ChainAdapter;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever a chain adapter does wrong, the contract finds it. */
final class ChainCanariesTest {
  private static ChainFault fault = ChainFault.NONE;

  static ChainFault fault() {
    return fault;
  }

  /** Has a name that no test run picks up by itself. */
  static final class OfMemory implements ChainAdapterContract {
    @Override
    public ChainAdapter.Provider provider() {
      return new MemoryChainProvider();
    }

    @Override
    public Submission submission(int number) {
      return new Submission(new TestSigner("miner " + number % 5), MemoryChain.call(number));
    }
  }

  @Test
  void aChainWithoutFaultPasses() {
    fault = ChainFault.NONE;
    Canaries.passes(OfMemory.class);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void everyFaultIsFound(ChainFault planted) {
    fault = planted;
    Canaries.fails(OfMemory.class, planted.foundBy());
  }

  @Test
  void everyTestHasFoundAFault() {
    assertThat(
            Arrays.stream(ChainFault.values()).map(ChainFault::foundBy).collect(Collectors.toSet()))
        .containsAll(Canaries.testsDeclaredBy(ChainAdapterContract.class));
  }
}
