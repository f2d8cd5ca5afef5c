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
  void ageIsJudgedByWhatWasBelievedBeforeAJumpUntilItIsSteady() {
    long before = clock.ageMillis();
    time.setBy(Duration.ofDays(3));
    assertThat(clock.ageMillis()).isEqualTo(before);
    time.pass(Duration.ofMinutes(9));
    assertThat(clock.ageMillis()).isEqualTo(before + Duration.ofMinutes(9).toMillis());
    time.pass(Duration.ofMinutes(1));
    assertThat(clock.ageMillis()).isEqualTo(time.wallMillis());
  }

  @Test
  void nothingAgesByAClockThatIsSetBack() {
    time.setBy(Duration.ofDays(-3));
    assertThat(clock.ageMillis()).isEqualTo(time.wallMillis());
    time.setBy(Duration.ofDays(6));
    assertThat(clock.ageMillis()).isEqualTo(time.wallMillis() - Duration.ofDays(3).toMillis());
  }

  @Test
  void clockIsBelievedThatBeginsWithinAnHourOfTheNewestTimeOrWithoutAny() {
    assertThat(clock.begin()).isEmpty();
    for (long apart : new long[] {-3_600_000, 0, 3_600_000}) {
      LogClock next = time.logClock();
      next.notBefore(time.wallMillis() + apart);
      assertThat(next.begin()).isEmpty();
      assertThat(next.isSteady()).isTrue();
      assertThat(next.ageMillis()).isEqualTo(time.wallMillis());
    }
  }

  @Test
  void clockThatBeginsMoreThanAnHourAheadIsBelievedAfterTenMinutes() {
    long newest = time.wallMillis() - Duration.ofDays(2).toMillis();
    clock.notBefore(newest);
    assertThat(clock.begin())
        .hasValueSatisfying(
            warning ->
                assertThat(warning)
                    .contains("The clock says 2023-11-14T22:13:20Z")
                    .contains("newest update in the log is from 2023-11-12T22:13:20Z")
                    .contains("set it within ten minutes"));
    assertThat(clock.ageMillis()).isEqualTo(newest);
    time.pass(Duration.ofMinutes(9));
    assertThat(clock.isSteady()).isFalse();
    assertThat(clock.ageMillis()).isEqualTo(newest + Duration.ofMinutes(9).toMillis());
    time.pass(Duration.ofMinutes(1));
    assertThat(clock.ageMillis()).isEqualTo(time.wallMillis());
  }

  @Test
  void clockThatBeginsMoreThanAnHourBehindAgesNothingByTheNewestTime() {
    clock.notBefore(time.wallMillis() + Duration.ofDays(2).toMillis());
    assertThat(clock.begin())
        .hasValueSatisfying(warning -> assertThat(warning).contains("the later of the two times"));
    assertThat(clock.isSteady()).isFalse();
    assertThat(clock.ageMillis()).isEqualTo(time.wallMillis());
  }

  @Test
  void jumpBackIsAJump() {
    time.setBy(Duration.ofSeconds(-61));
    assertThat(clock.isSteady()).isFalse();
    time.pass(Duration.ofMinutes(10));
    assertThat(clock.isSteady()).isTrue();
  }
}
