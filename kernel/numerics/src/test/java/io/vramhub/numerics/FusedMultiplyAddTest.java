package io.vramhub.numerics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FusedMultiplyAddTest {
  @Test
  void aMachineWithTheInstructionsHasNoProblem() {
    assertThat(FusedMultiplyAdd.problem("true", "amd64", "OpenJDK")).isEmpty();
  }

  @Test
  void aMachineWithoutThemIsToldWhatToDo() {
    assertThat(FusedMultiplyAdd.problem("false", "amd64", "OpenJDK"))
        .hasValueSatisfying(
            problem ->
                assertThat(problem).contains("amd64", "UseFMA is false", "-XX:UseAVX=0", "FMA3"));
  }

  @Test
  void aMachineThatDoesNotSayIsNotTrusted() {
    assertThat(FusedMultiplyAdd.problem("unknown", "amd64", "Other")).isPresent();
  }
}
