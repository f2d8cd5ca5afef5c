package dev.outpour.http.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.update.Refusal;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How fast an address may publish, by a clock that is moved by hand. */
class RateLimiterTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final ClientKey A = new ClientKey(true, 1);
  private static final ClientKey B = new ClientKey(true, 2);

  /** Begins where the clock is about to overflow, as that of the JVM may. */
  private long now = Long.MAX_VALUE - SECOND;

  private RateLimiter rate(int perSecond) {
    return new RateLimiter(perSecond, () -> now);
  }

  private static int takeAll(RateLimiter rate, ClientKey address) {
    int taken = 0;
    while (rate.take(address) == null) {
      taken++;
    }
    return taken;
  }

  @Test
  void secondsWorthMayComeAtOnceAndThenOneAfterTheOther() {
    RateLimiter rate = rate(10);
    assertThat(takeAll(rate, A)).isEqualTo(10);
    assertThat(takeAll(rate, B)).as("each for itself").isEqualTo(10);
    now += SECOND / 10;
    assertThat(takeAll(rate, A)).isEqualTo(1);
    now += SECOND / 2;
    assertThat(takeAll(rate, A)).isEqualTo(5);
    now += 100 * SECOND;
    assertThat(takeAll(rate, A)).as("no more for having waited longer").isEqualTo(10);
  }

  @Test
  void refusalSaysWhenItIsWorthTryingAgain() {
    RateLimiter rate = rate(10);
    takeAll(rate, A);
    Refusal refusal = rate.take(A);
    assertThat(refusal.status()).isEqualTo(429);
    assertThat(refusal.retryAfterSeconds()).isEqualTo(1);
    now += refusal.retryAfterSeconds() * SECOND;
    assertThat(rate.take(A)).isNull();

    RateLimiter slow = rate(1);
    slow.takeLater(A, 3);
    now += SECOND / 100;
    Refusal later = slow.take(A);
    assertThat(later.retryAfterSeconds()).isEqualTo(3);
    now += later.retryAfterSeconds() * SECOND;
    assertThat(slow.take(A)).isNull();
  }

  @Test
  void whatIsTakenLaterWaitsForItsTurn() {
    RateLimiter rate = rate(10);
    assertThat(rate.takeLater(A, 10)).isZero();
    assertThat(rate.takeLater(A, 10)).isEqualTo(1_000);
    assertThat(rate.takeLater(A, 5)).isEqualTo(1_500);
    assertThat(rate.take(A)).isNotNull();
    now += 3 * SECOND;
    assertThat(rate.takeLater(A, 5)).isZero();
  }

  @Test
  void overALongTimeItIsTheRateHoweverItIsAsked() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    RateLimiter rate = rate(100);
    int taken = 0;
    for (int i = 0; i < 20_000; i++) {
      taken += rate.take(A) == null ? 1 : 0;
      now += random.nextLong(SECOND / 200);
    }
    double seconds = 20_000 / 400.0;
    assertThat(taken / seconds).as("seed %d", seed).isBetween(95.0, 105.0);
  }

  @Test
  void nothingIsRememberedOfWhoHasStopped() {
    RateLimiter rate = rate(10);
    for (int i = 0; i < 1_000; i++) {
      rate.take(new ClientKey(false, i));
    }
    takeAll(rate, A);
    now += SECOND / 2;
    rate.prune();
    assertThat(rate.size()).isEqualTo(1);
    assertThat(takeAll(rate, A)).isEqualTo(5);
  }

  @Test
  void whoDoesNotCountIsNeverRefused() {
    RateLimiter rate = rate(1);
    assertThat(rate.take(null)).isNull();
    assertThat(rate.take(null)).isNull();
    assertThat(rate.takeLater(null, 1_000)).isZero();
    assertThat(rate(0).takeLater(A, 1_000)).isZero();
    assertThat(rate.size()).isZero();
  }
}
