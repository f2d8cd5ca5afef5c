package dev.outpour.cli.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;

class BackoffTest {

  @RepeatedTest(20)
  void pausesGrowDifferForEachAndAreBounded() {
    Backoff pauses = new Backoff(new Random());
    long most = 500;
    for (int i = 0; i < 20; i++) {
      assertThat(pauses.nextMillis()).isBetween(most / 2, most);
      most = Math.min(30_000, 2 * most);
    }
    pauses.reset();
    assertThat(pauses.nextMillis()).isBetween(250L, 500L);
  }
}
