package io.vramhub.evaluator.enclave;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.spi.LossEvaluator;
import io.vramhub.tck.Canaries;
import io.vramhub.tck.LossEvaluatorContract;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever an evaluator does wrong, the contract finds it; here, where there is a right one. */
final class EvaluatorCanariesTest {
  private static EvaluatorFault fault = EvaluatorFault.NO_NONCE;

  /** Has a name that no test run picks up by itself. */
  static final class OfFaults extends EnclaveContract {
    @Override
    public LossEvaluator.Provider provider() {
      return new FaultyEvaluator.Provider(fault);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyFaultIsFound(EvaluatorFault planted) {
    fault = planted;
    Canaries.fails(OfFaults.class, planted.foundBy());
  }

  @Test
  void everyTestHasFoundAFault() {
    assertThat(
            Arrays.stream(EvaluatorFault.values())
                .map(EvaluatorFault::foundBy)
                .collect(Collectors.toSet()))
        .containsAll(Canaries.testsDeclaredBy(LossEvaluatorContract.class));
  }
}
