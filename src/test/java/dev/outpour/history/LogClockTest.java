package dev.outpour.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LogClockTest {

  private final ManualClock time = new ManualClock();
  private final LogClock clock = time.logClock();

  @Test
  void timesNeverFallWhenTheWallClockIsSetBack() {
    long before = clock.nextMillis();
    time.setBy(Duration.ofHours(-1));
    assertThat(clock.nextMillis()).isEqualTo(before);
    time.pass(Duration.ofMinutes(61));
    assertThat(clock.nextMillis()).isEqualTo(before + Duration.ofMinutes(1).toMillis());
  }

  @Test
  void goesOnFromTheTimeOfTheNewestUpdate() {
    clock.notBefore(time.wallMillis() + 500);
    clock.notBefore(time.wallMillis() + 200);
    assertThat(clock.nextMillis()).isEqualTo(time.wallMillis() + 500);
  }

  @Test
  void isSteadyAsLongAsBothClocksKeepPace() {
    assertThat(clock.isSteady()).isTrue();
    time.pass(Duration.ofDays(3));
    assertThat(clock.isSteady()).isTrue();
  }

  @Test
  void correctionOfAMinuteIsNoJump() {
    time.setBy(Duration.ofMinutes(1));
    assertThat(clock.isSteady()).isTrue();
    time.setBy(Duration.ofMinutes(-2));
    assertThat(clock.isSteady()).isTrue();
  }

  @Test
  void afterAJumpForwardItIsSteadyOnlyAfterTenMinutesWithoutAnother() {
    time.setBy(Duration.ofSeconds(61));
    assertThat(clock.isSteady()).isFalse();
    time.pass(Duration.ofMinutes(9));
    assertThat(clock.isSteady()).isFalse();
    time.setBy(Duration.ofDays(-1));
    assertThat(clock.isSteady()).isFalse();
    time.pass(Duration.ofMinutes(9));
    assertThat(clock.isSteady()).isFalse();
    time.pass(Duration.ofMinutes(1));
    assertThat(clock.isSteady()).isTrue();
  }

  @Test
  void jumpBackIsAJump() {
    time.setBy(Duration.ofSeconds(-61));
    assertThat(clock.isSteady()).isFalse();
    time.pass(Duration.ofMinutes(10));
    assertThat(clock.isSteady()).isTrue();
  }
}
