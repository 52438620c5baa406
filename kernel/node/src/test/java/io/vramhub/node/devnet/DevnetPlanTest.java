package io.vramhub.node.devnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevnetPlanTest {
  @TempDir private Path directory;

  @Test
  void adversariesComeAfterTheHonestMiners() {
    DevnetPlan plan =
        DevnetPlan.of(
            6,
            List.of(DevnetPlan.Evil.parse("copycat:1"), DevnetPlan.Evil.parse("noise:2")),
            3,
            15_000,
            7);

    assertThat(plan.kinds())
        .containsExactly("honest", "honest", "honest", "copycat", "noise", "noise");
  }

  @Test
  void isTheSameAfterARestart() {
    DevnetPlan plan = DevnetPlan.of(3, List.of(DevnetPlan.Evil.parse("zero")), 2, 10_000, 42);
    Path file = directory.resolve("devnet.json");
    plan.write(file);

    assertThat(DevnetPlan.read(file)).isEqualTo(plan);
  }

  @Test
  void refusesUnknownAdversariesAndTooManyOfThem() {
    assertThatThrownBy(() -> DevnetPlan.Evil.parse("copycta:1"))
        .hasMessageContaining("copycat")
        .hasMessageContaining("'copycta:1'");
    assertThatThrownBy(() -> DevnetPlan.Evil.parse("noise:many"))
        .hasMessageContaining("KIND:COUNT");
    assertThatThrownBy(
            () -> DevnetPlan.of(2, List.of(DevnetPlan.Evil.parse("noise:2")), 1, 10_000, 1))
        .hasMessageContaining("raise --miners");
  }

  @Test
  void lossCurveIsDrawnFromTheHighestBlockToTheLowest() {
    assertThat(LiveScreen.sparkline(List.of(5.5, 4.0, 2.5))).isEqualTo("█▅▁");
  }
}
