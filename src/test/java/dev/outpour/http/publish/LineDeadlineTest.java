package dev.outpour.http.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.http.delivery.ManualTimers;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LineDeadlineTest {

  private final Vertx vertx = Vertx.vertx();
  private final ManualTimers timers = new ManualTimers(vertx);
  private long now = 1_000;
  private int late;
  private final LineDeadline deadline = new LineDeadline(timers.vertx(), () -> now, () -> late++);

  @AfterEach
  void close() {
    vertx.close().await();
  }

  /** Advances the time until the timer fires. */
  private void fire() {
    now += timers.delay();
    timers.fire();
  }

  @Test
  void bodyOfManyChunksSetsOneTimer() {
    for (int i = 1; i <= 10_000; i++) {
      deadline.inLine(i);
      deadline.renew();
    }
    assertThat(timers.count()).isEqualTo(1);
  }

  @Test
  void lineHasItsTimeFromItsBeginAndNoMoreWhileItGoesOn() {
    now += 7_000;
    deadline.inLine(1);
    now += 2_000;
    deadline.inLine(1);
    now += 1_000;
    timers.fire();
    assertThat(late).isZero();
    assertThat(timers.delay()).isEqualTo(7_000);
    now += 6_999;
    deadline.inLine(1);
    now += 1;
    timers.fire();
    assertThat(late).isEqualTo(1);
  }

  @Test
  void nextLineHasItsOwnTime() {
    deadline.inLine(1);
    now += 9_000;
    deadline.inLine(2);
    now += 1_000;
    timers.fire();
    assertThat(late).isZero();
    assertThat(timers.delay()).isEqualTo(9_000);
    fire();
    assertThat(late).isEqualTo(1);
  }

  @Test
  void betweenLinesOnlyTheIdleTimeCounts() {
    deadline.inLine(1);
    now += 5_000;
    deadline.renew();
    long begun = now;
    now += 5_000;
    timers.fire();
    while (late == 0 && now - begun < 100_000) {
      fire();
    }
    assertThat(now - begun).isEqualTo(LineDeadline.IDLE_MILLIS);
  }

  @Test
  void thoseWhoAreLateForAnotherReasonCanBeGivenNewTime() {
    deadline.inLine(1);
    fire();
    assertThat(late).isEqualTo(1);
    deadline.renew();
    assertThat(timers.count()).isEqualTo(2);
    assertThat(timers.delay()).isEqualTo(LineDeadline.LINE_MILLIS);
  }
}
