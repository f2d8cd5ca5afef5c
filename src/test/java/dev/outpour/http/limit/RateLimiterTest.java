package dev.outpour.http.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.metrics.Metrics;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The rate of a publisher, with a clock that the test moves. */
class RateLimiterTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final ClientKey A = new ClientKey.Address(true, 1);
  private static final ClientKey B = new ClientKey.Address(true, 2);

  /** Starts just before the clock overflows, as the JVM's clock may. */
  private long now = Long.MAX_VALUE - SECOND;

  private RateLimiter rate(int perSecond) {
    return new RateLimiter(perSecond, () -> now, Metrics.NONE);
  }

  private static int takeAll(RateLimiter rate, ClientKey address) {
    int taken = 0;
    while (take(rate, address) == null) {
      taken++;
    }
    return taken;
  }

  /** Returns the refusal; null if there is none. */
  private static Refusal take(RateLimiter rate, ClientKey address) {
    try {
      rate.acquire(address);
      return null;
    } catch (RefusedException e) {
      return e.refusal();
    }
  }

  @Test
  void secondsWorthMayComeAtOnceAndThenOneAfterTheOther() {
    RateLimiter rate = rate(10);
    assertThat(takeAll(rate, A)).isEqualTo(10);
    assertThat(takeAll(rate, B)).as("each client has its own rate").isEqualTo(10);
    now += SECOND / 10;
    assertThat(takeAll(rate, A)).isEqualTo(1);
    now += SECOND / 2;
    assertThat(takeAll(rate, A)).isEqualTo(5);
    now += 100 * SECOND;
    assertThat(takeAll(rate, A)).as("a longer wait gives no more").isEqualTo(10);
  }

  @Test
  void refusalSaysWhenItIsWorthTryingAgain() {
    RateLimiter rate = rate(10);
    takeAll(rate, A);
    Refusal refusal = take(rate, A);
    assertThat(refusal.status()).isEqualTo(429);
    assertThat(refusal.retryAfterSeconds()).isEqualTo(1);
    now += refusal.retryAfterSeconds() * SECOND;
    assertThat(take(rate, A)).isNull();

    RateLimiter slow = rate(1);
    slow.reserve(A, 3);
    now += SECOND / 100;
    Refusal later = take(slow, A);
    assertThat(later.retryAfterSeconds()).isEqualTo(3);
    now += later.retryAfterSeconds() * SECOND;
    assertThat(take(slow, A)).isNull();
  }

  @Test
  void whatIsTakenLaterWaitsForItsTurn() {
    RateLimiter rate = rate(10);
    assertThat(rate.reserve(A, 10)).isZero();
    assertThat(rate.reserve(A, 10)).isEqualTo(1_000);
    assertThat(rate.reserve(A, 5)).isEqualTo(1_500);
    assertThat(take(rate, A)).isNotNull();
    now += 3 * SECOND;
    assertThat(rate.reserve(A, 5)).isZero();
  }

  @Test
  void overALongTimeItIsTheRateHoweverItIsAsked() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    RateLimiter rate = rate(100);
    int taken = 0;
    for (int i = 0; i < 20_000; i++) {
      taken += take(rate, A) == null ? 1 : 0;
      now += random.nextLong(SECOND / 200);
    }
    double seconds = 20_000 / 400.0;
    assertThat(taken / seconds).as("seed %d", seed).isBetween(95.0, 105.0);
  }

  @Test
  void nothingIsRememberedOfWhoHasStopped() {
    RateLimiter rate = rate(10);
    for (int i = 0; i < 1_000; i++) {
      take(rate, new ClientKey.Address(false, i));
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
    assertThat(take(rate, null)).isNull();
    assertThat(take(rate, null)).isNull();
    assertThat(rate.reserve(null, 1_000)).isZero();
    assertThat(rate(0).reserve(A, 1_000)).isZero();
    assertThat(rate.size()).isZero();
  }
}
