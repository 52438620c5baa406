package io.vramhub.framework.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.spi.TrainingFramework;
import io.vramhub.tck.Canaries;
import io.vramhub.tck.TrainingFrameworkContract;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever a framework does wrong, the contract finds it; here, where there is a right one. */
final class FrameworkCanariesTest {
  private static FrameworkFault fault = FrameworkFault.ANOTHER_LOSS;

  /** Has a name that no test run picks up by itself. */
  static final class OfFaults implements TrainingFrameworkContract {
    @Override
    public TrainingFramework.Provider provider() {
      return new FaultyFramework.Provider(fault);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyFaultIsFound(FrameworkFault planted) {
    fault = planted;
    Canaries.fails(OfFaults.class, planted.foundBy());
  }

  @Test
  void everyTestHasFoundAFault() {
    assertThat(
            Arrays.stream(FrameworkFault.values())
                .map(FrameworkFault::foundBy)
                .collect(Collectors.toSet()))
        .containsAll(Canaries.testsDeclaredBy(TrainingFrameworkContract.class));
  }
}
