package io.vramhub.protocol.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.quicktheories.QuickTheory.qt;
import static org.quicktheories.generators.SourceDSL.longs;

import io.vramhub.api.model.NetworkParameters;
import io.vramhub.api.model.WindowId;
import org.junit.jupiter.api.Test;

final class WindowScheduleTest {
  private static final WindowSchedule SCHEDULE =
      new WindowSchedule(new NetworkParameters.Schedule(1_000_000, 600_000, 480_000, 60_000));
  private static final WindowId THIRD = new WindowId(3);

  @Test
  void windowsFollowOneAnotherFromTheGenesis() {
    assertThat(SCHEDULE.opensAt(new WindowId(0))).isEqualTo(1_000_000);
    assertThat(SCHEDULE.opensAt(THIRD)).isEqualTo(2_800_000);
    assertThat(SCHEDULE.anchorGraceEnds(THIRD)).isEqualTo(2_860_000);
    assertThat(SCHEDULE.commitDeadline(THIRD)).isEqualTo(3_280_000);
    assertThat(SCHEDULE.closesAt(THIRD)).isEqualTo(3_400_000);
  }

  @Test
  void boundsBelongToTheLaterPhase() {
    assertThat(SCHEDULE.phaseAt(THIRD, 2_799_999)).isEqualTo(Phase.BEFORE);
    assertThat(SCHEDULE.phaseAt(THIRD, 2_800_000)).isEqualTo(Phase.TRAIN);
    assertThat(SCHEDULE.phaseAt(THIRD, 3_279_999)).isEqualTo(Phase.TRAIN);
    assertThat(SCHEDULE.phaseAt(THIRD, 3_280_000)).isEqualTo(Phase.SCORE);
    assertThat(SCHEDULE.phaseAt(THIRD, 3_399_999)).isEqualTo(Phase.SCORE);
    assertThat(SCHEDULE.phaseAt(THIRD, 3_400_000)).isEqualTo(Phase.FINAL);
  }

  @Test
  void timeBeforeTheGenesisBelongsToRegistration() {
    assertThat(SCHEDULE.windowAt(0)).isEqualTo(new WindowId(0));
    assertThat(SCHEDULE.windowAt(999_999)).isEqualTo(new WindowId(0));
    assertThat(SCHEDULE.phaseAt(new WindowId(0), 999_999)).isEqualTo(Phase.BEFORE);
  }

  @Test
  void everyTimeLiesInTheWindowItIsSaidToBeIn() {
    qt().withFixedSeed(2)
        .forAll(longs().between(1_000_000, 1L << 50))
        .check(
            time -> {
              WindowId window = SCHEDULE.windowAt(time);
              return SCHEDULE.opensAt(window) <= time
                  && time < SCHEDULE.closesAt(window)
                  && SCHEDULE.closesAt(window) == SCHEDULE.opensAt(window.next());
            });
  }

  @Test
  void refusesWindowsBeyondTheEndOfTime() {
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> SCHEDULE.opensAt(new WindowId(Long.MAX_VALUE)));
  }
}
