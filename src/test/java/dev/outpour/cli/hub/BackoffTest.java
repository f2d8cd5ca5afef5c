package dev.outpour.cli.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;

class BackoffTest {

  @RepeatedTest(20)
  void pausesGrowRandomlyUpToAMaximum() {
    Backoff backoff = new Backoff(new Random());
    long max = 500;
    for (int i = 0; i < 20; i++) {
      assertThat(backoff.nextMillis()).isBetween(max / 2, max);
      max = Math.min(30_000, 2 * max);
    }
    backoff.reset();
    assertThat(backoff.nextMillis()).isBetween(250L, 500L);
  }
}
