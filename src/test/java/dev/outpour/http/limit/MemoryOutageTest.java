package dev.outpour.http.limit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Detects an outage for lack of memory, with a clock and a count that the test sets. */
class MemoryOutageTest {

  private long now = -5_000;
  private long progress;
  private int exits;

  private final MemoryOutage outage =
      new MemoryOutage(() -> progress, () -> now, 300_000, () -> exits++);

  private boolean isDown(boolean tight, long seconds) {
    for (long i = 0; i < seconds; i++) {
      now += 1_000;
      outage.update(tight);
    }
    return outage.trouble().isPresent();
  }

  @Test
  void isDownAfterAMinuteInWhichMemoryWasShortAndNothingGotThrough() {
    assertThat(isDown(false, 600)).isFalse();
    assertThat(isDown(true, 59)).isFalse();
    assertThat(isDown(true, 2)).isTrue();
    assertThat(outage.trouble()).hasValueSatisfying(why -> assertThat(why).contains("Memory"));
    assertThat(isDown(false, 1)).as("memory is sufficient again").isFalse();
  }

  @Test
  void whatGetsThroughBeginsTheMinuteAnew() {
    assertThat(isDown(true, 50)).isFalse();
    progress++;
    assertThat(isDown(true, 50)).isFalse();
    assertThat(isDown(true, 20)).isTrue();
    progress++;
    assertThat(isDown(true, 1)).isFalse();
  }

  @Test
  void givesTheProcessUpOnceAfterTheTimeThatIsSet() {
    isDown(true, 300);
    assertThat(exits).isZero();
    isDown(true, 600);
    assertThat(exits).isEqualTo(1);
  }

  @Test
  void neverGivesItUpWhereThatIsNotWanted() {
    MemoryOutage patient = new MemoryOutage(() -> 0, () -> now, 0, () -> exits++);
    patient.update(true);
    now += 1_000_000_000;
    patient.update(true);
    assertThat(patient.trouble()).isPresent();
    assertThat(exits).isZero();
  }
}
