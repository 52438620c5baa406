package io.vramhub.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.model.MinerUid;
import io.vramhub.api.model.SealPolicy;
import io.vramhub.api.model.WindowId;
import io.vramhub.api.spi.CredentialSealer;
import io.vramhub.api.spi.SealReader;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever a sealer does wrong, the contract finds it. */
final class SealerCanariesTest {
  private static SealerFault fault = SealerFault.NONE;

  static SealerFault fault() {
    return fault;
  }

  /** Has a name that no test run picks up by itself. */
  static final class OfMemory implements CredentialSealerContract {
    @Override
    public CredentialSealer.Provider provider() {
      return new MemorySealerProvider();
    }

    private static SealPolicy gradient(int miner) {
      return new SealPolicy.Gradient(
          EvaluationRequests.NETWORK, new WindowId(1), new MinerUid(miner));
    }

    @Override
    public SealPolicy policy() {
      return gradient(1);
    }

    @Override
    public SealPolicy otherPolicy() {
      return gradient(2);
    }

    @Override
    public SealReader.Validator admitted() {
      return MemorySealer.ADMITTED;
    }

    @Override
    public List<SealReader> denied() {
      return List.of(new SealReader.Anyone());
    }
  }

  @Test
  void aSealerWithoutFaultPasses() {
    fault = SealerFault.NONE;
    Canaries.passes(OfMemory.class);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void everyFaultIsFound(SealerFault planted) {
    fault = planted;
    Canaries.fails(OfMemory.class, planted.foundBy());
  }

  @Test
  void everyTestHasFoundAFault() {
    assertThat(
            Arrays.stream(SealerFault.values())
                .map(SealerFault::foundBy)
                .collect(Collectors.toSet()))
        .containsAll(Canaries.testsDeclaredBy(CredentialSealerContract.class));
  }
}
