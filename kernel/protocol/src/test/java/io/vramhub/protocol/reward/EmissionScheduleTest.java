package io.vramhub.protocol.reward;

import static org.assertj.core.api.Assertions.assertThat;

import io.vramhub.api.model.Coins;
import org.junit.jupiter.api.Test;

final class EmissionScheduleTest {
  @Test
  void paysTheFullRateUpToTheFirstThreshold() {
    assertThat(EmissionSchedule.emission(Coins.ZERO)).isEqualTo(Coins.whole(70));
    assertThat(EmissionSchedule.emission(Coins.whole(6_999_930))).isEqualTo(Coins.whole(70));
  }

  @Test
  void splitsTheWindowThatCrossesTheThreshold() {
    // 20 of 70 at the full rate, so 5/7 of the window at half rate: 20 + 25.
    assertThat(EmissionSchedule.emission(Coins.whole(6_999_980))).isEqualTo(Coins.whole(45));
    // One base unit left: 1 + floor((70e9 - 1) / 2).
    assertThat(EmissionSchedule.emission(new Coins(6_999_999_999_999_999L)))
        .isEqualTo(new Coins(1 + 34_999_999_999L));
  }

  @Test
  void paysHalfFromThereAndStopsAtTheCap() {
    assertThat(EmissionSchedule.emission(Coins.whole(7_000_000))).isEqualTo(Coins.whole(35));
    assertThat(EmissionSchedule.emission(Coins.whole(10_499_990))).isEqualTo(Coins.whole(10));
    assertThat(EmissionSchedule.emission(Coins.whole(10_500_000))).isEqualTo(Coins.ZERO);
  }

  @Test
  void reachesTheCapExactlyAndNeverExceedsIt() {
    Coins issued = Coins.ZERO;
    long windows = 0;
    while (true) {
      Coins emission = EmissionSchedule.emission(issued);
      if (emission.equals(Coins.ZERO)) {
        break;
      }
      issued = issued.plus(emission);
      windows++;
    }
    assertThat(issued).isEqualTo(EmissionSchedule.CAP);
    assertThat(windows).isEqualTo(200_000);
  }
}
